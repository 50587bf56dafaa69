using System.Reflection;
using System.Text.RegularExpressions;
using Failback.Contracts.Words;
using Failback.Control.Preflight;
using Failback.Testing.Preflight;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.Tests.Architecture;

/// <summary>Every check before a start is documented, and provoked on a real server or named here with the reason why it is not.</summary>
public sealed partial class PreflightCodeTests
{
    /// <summary>Folders in which findings are made.</summary>
    private static readonly string[] Sources =
    [
        "services/Failback.Control/Preflight", "services/Failback.Applier.Postgres", "services/Failback.Applier.MySql",
        "services/Failback.Applier.Oracle", "shared/Failback.Apply", "shared/Failback.Contracts/Words",
    ];

    /// <summary>Refusals of a start that preflight passes on: these files own the words.</summary>
    private static readonly string[] PassedOn =
    [
        "services/Failback.Control/Changefeeds/SourceSelection.cs", "services/Failback.Control/Registry/TableSelection.cs",
        "services/Failback.Control/Fleet/TargetCatalogue.cs", "services/Failback.Control/Fleet/TableQueues.cs",
        .. Files("shared/Failback.Source"),
    ];

    private static readonly Unprovoked[] NotProvoked =
    [
        new("advisory_a123371", "needs an initial scan at an old release; the releases are tested at their borders without a server"),
        new("advisory_a90146", "as advisory_a123371"),
        new("broker_too_old", "one release of RabbitMQ is to be had; the judgement is tested without a server"),
        new("broker_old", "as broker_too_old"),
        new("broker_memory_alarm",
            "an alarm stops every other test of the broker; the judgement is tested without a server, the disk's alarm on a broker of "
                + "its own"),
        new("policies_not_checked", "the test broker has its management API"),
        new("broker_unavailable", "without a broker no applier can be asked either; the tests of kills see it"),
        new("no_applier", "a start without appliers is tested with the control API"),
        new("script_table_missing", "the tests of userscripts hold the tables of a script against those of a failback"),
        new("staging_quota", "Oracle only: the stand-in has no quotas; the query is read by the grammar"),
        new("source_licence", "a refusal of the cluster; its words are tested without a server"),
        new("source_isolation", "a refusal of the cluster, mapped by its words"),
        new("source_refused", "whatever else the cluster refuses"),
        new("source_settings", "needs a pooler before the cluster that drops settings; the judgement is tested without a server"),
        new("source_url", "needs a definition that an earlier release has taken; the refusal is tested without a server"),
    ];

    [Fact]
    public void Every_code_is_documented_and_no_other()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "reference", "preflight-codes.md"));
        string[] documented = [
            .. page.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
                .SelectMany(line => InBackticks().Matches(line.Split('|')[1]).Select(match => match.Groups["code"].Value))
                .Order(StringComparer.Ordinal)];
        Assert.Equal(Codes(), documented.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_finding_takes_its_code_from_the_catalogue_and_every_code_has_a_finding()
    {
        string[] sources = [.. Sources.SelectMany(Files).Where(file => !file.EndsWith("PreflightCodes.cs", StringComparison.Ordinal))
            .Select(File.ReadAllText)];
        Assert.Equal([], sources.SelectMany(text => Literal().Matches(text)).Select(match => match.Value));
        string[] words = [.. PassedOn.Select(file => File.ReadAllText(Path.Combine(Repository.Root, file)))];
        string[] unused = [.. Catalogue().Where(code => !sources.Any(text => Regex.IsMatch(text, $@"PreflightCodes\.{code.Name}\b"))
                && !words.Any(text => text.Contains($"\"{code.Value}\"", StringComparison.Ordinal)))
            .Select(code => code.Name)];
        Assert.Equal([], unused);
    }

    [Fact]
    public void Every_code_is_provoked_on_a_real_server_or_a_reason_says_why_not()
    {
        string[] tests =
        [
            .. ((string[])["tests/Failback.Dialects.Tests", "tests/Failback.EndToEnd.Tests"]).SelectMany(folder => Files(folder))
                .Where(path => path.Contains("Inspection", StringComparison.Ordinal) || path.Contains("Preflight", StringComparison.Ordinal)
                    || path.EndsWith("KillTests.cs", StringComparison.Ordinal)).Select(File.ReadAllText),
        ];
        string[] provoked = [.. Codes().Where(code => tests.Any(text => text.Contains($"\"{code}\"", StringComparison.Ordinal)))];
        Assert.Equal([], Codes().Except(provoked).Except(NotProvoked.Select(unprovoked => unprovoked.Code)));
        Assert.Equal([], NotProvoked.Select(unprovoked => unprovoked.Code).Except(Codes()));
        Assert.Equal([], NotProvoked.Select(unprovoked => unprovoked.Code).Intersect(provoked));
        Assert.All(NotProvoked, unprovoked => Assert.NotEqual("", unprovoked.Reason));
    }

    private static string[] Codes() =>
        [.. Catalogue().Select(code => code.Value).Concat(Advisory.Known.Select(known => known.Code)).Order(StringComparer.Ordinal)];

    private static IEnumerable<(string Name, string Value)> Catalogue() => typeof(PreflightCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (field.Name, (string)field.GetRawConstantValue()!));

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
        .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal));

    [GeneratedRegex("""["'][a-z][a-z0-9_]*["'],\s*(?:Severity\.|["'](?:error|warning|info)["'])""")]
    private static partial Regex Literal();

    [GeneratedRegex("`(?<code>[a-z0-9_]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex InBackticks();
}
