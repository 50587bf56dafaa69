using System.Text.RegularExpressions;
using Failback.Contracts.Words;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.Tests.Architecture;

/// <summary>Every trouble is in the catalogue and on its page, in the same order and with the same meaning.</summary>
public sealed partial class TroubleCodeTests
{
    [Fact]
    public void The_page_lists_the_codes_of_the_catalogue_in_their_order_with_what_they_mean()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "reference", "errors.md"));
        (string Code, string Meaning)[] listed = [
            .. page[page.IndexOf("## Troubles", StringComparison.Ordinal)..].Split('\n')
                .Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('|'))
                .SelectMany(cells => Code().Matches(cells[1]).Select(match => (match.Groups["code"].Value, cells[2].Trim())))];
        Assert.Equal(TroubleCodes.All.Select(entry => (entry.Code, Text(entry.Meaning))), listed);
    }

    [Fact]
    public void Every_trouble_that_control_makes_has_its_code_from_the_catalogue()
    {
        string[] made = [
            .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "services", "Failback.Control"), "*.cs", SearchOption.AllDirectories)
                .Where(path => !path.Contains("/obj/", StringComparison.Ordinal))
                .SelectMany(path => Made().Matches(File.ReadAllText(path))).Select(match => match.Groups["code"].Value)];
        Assert.True(made.Length > 5, $"found {made.Length}");
        Assert.Equal([], made.Except(TroubleCodes.All.Select(entry => entry.Code)).Except(["changefeed_", "table_"]));
    }

    [Fact]
    public void An_unknown_code_is_never_taken_for_well() => Assert.Equal(TroubleMeaning.Holds, TroubleCodes.MeaningOf("never_heard_of"));

    private static string Text(TroubleMeaning meaning) => meaning switch
    {
        TroubleMeaning.Silence => "unknown",
        TroubleMeaning.Holds => "held",
        TroubleMeaning.Delays => "catchingUp",
        _ => "warns",
    };

    [GeneratedRegex("`(?<code>[a-z0-9_]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Code();

    [GeneratedRegex("""new Trouble\(\s*"(?<code>[a-z_]+)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Made();
}
