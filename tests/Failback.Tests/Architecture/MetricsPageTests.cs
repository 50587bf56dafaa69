using System.Text.RegularExpressions;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.Tests.Architecture;

/// <summary>docs/operate/metrics.md lists every instrument of the code, and no other.</summary>
public sealed partial class MetricsPageTests
{
    [Fact]
    public void Every_instrument_stands_on_the_page_with_its_kind()
    {
        string[] made =
        [
            .. ((string[])["services", "shared"]).SelectMany(
                folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
                .Where(path => !path.Contains("/obj/", StringComparison.Ordinal))
                .SelectMany(path => Instrument().Matches(File.ReadAllText(path)))
                .Select(match => Exported(match.Groups["name"].Value, match.Groups["kind"].Value.ToLowerInvariant()))
                .Order(StringComparer.Ordinal),
        ];
        string[] shown =
        [
            .. File.ReadLines(Path.Combine(Repository.Root, "docs", "operate", "metrics.md")).Select(line => Row().Match(line))
                .Where(match => match.Success)
                .Select(match => (
                    match.Groups["name"].Value.Replace("_seconds", "", StringComparison.Ordinal)
                        .Replace("_bytes", "", StringComparison.Ordinal), match.Groups["kind"].Value))
                .Select(row => $"{row.Item1} {row.Value}").Order(StringComparer.Ordinal),
        ];
        Assert.NotEmpty(made);
        Assert.Equal(made, shown);
    }

    // Units are not looked at here: the page is held against a running stack, too.
    private static string Exported(string name, string kind) =>
        $"{name.Replace('.', '_').Replace("_bytes", "", StringComparison.Ordinal)}{(kind == "counter" ? "_total" : "")} {kind}";

    [GeneratedRegex(
        @"Create(?:Observable)?(?<kind>Counter|UpDownCounter|Gauge|Histogram)(?:<\w+>)?\(\s*""(?<name>failback\.[a-z.]+)""",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Instrument();

    [GeneratedRegex(@"^\| `(?<name>failback_[a-z_]+)` \| (?<kind>\w+) \|", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();
}
