using System.Text.RegularExpressions;
using Failback.Testing.Preflight;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.Tests.Architecture;

/// <summary>Every check before a start is documented, and provoked on a real server or named here with the reason why it is not.</summary>
public sealed partial class PreflightCodeTests
{
    private static readonly string[] Sources =
    [
        "services/Failback.Control/Preflight", "services/Failback.Applier.Postgres", "services/Failback.Applier.MySql",
        "services/Failback.Applier.Oracle", "shared/Failback.Apply/Tables", "shared/Failback.Apply/Inspection",
        "shared/Failback.Contracts/Words",
    ];

    /// <summary>Refusals of a start that preflight passes on.</summary>
    private static readonly string[] PassedOn =
    [
        "services/Failback.Control/Changefeeds/SourceSelection.cs", "services/Failback.Control/Registry/TableSelection.cs",
        "services/Failback.Control/Fleet/TargetCatalogue.cs", "services/Failback.Control/Fleet/TableQueues.cs",
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
        new("connections", "takes nine tenths of the connections that all other tests share"),
        new("script_table_missing", "the tests of userscripts hold the tables of a script against those of a failback"),
        new("staging_quota", "Oracle only: the stand-in has no quotas; the query is read by the grammar"),
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
        Assert.True(documented.Length >= 40, $"{documented.Length} codes");
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
    [
        .. Sources.SelectMany(Files).SelectMany(path => Found().Matches(File.ReadAllText(path)).Select(match => match.Groups["code"].Value))
            .Concat(Files("services/Failback.Control/Preflight")
                .SelectMany(
                    path => AdvisoryNumber().Matches(File.ReadAllText(path)).Select(match => "advisory_a" + match.Groups["number"].Value)))
            .Concat(PassedOn.SelectMany(
                path => Refusal().Matches(File.ReadAllText(Path.Combine(Repository.Root, path)))
                .Select(match => match.Groups["code"].Value)))
            .Concat(Files("shared/Failback.Source")
                .SelectMany(path => SourceRefusal().Matches(File.ReadAllText(path)).Select(match => match.Groups["code"].Value)))
            .Concat(["ca_cert_unreadable", "client_cert_unreadable"])
            .Except(["key_differs"]) // the answer to a letter that is to be read again
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
        .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal));

    [GeneratedRegex(
        """(?:["']| ')(?<code>[a-z][a-z0-9]*(?:_[a-z0-9]+)*)["'],\s*(?:Severity\.|severity|failback\.Definition|["'](?:error|warning|info)["']|loses|route, \$"\{column\.Name\} holds)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Found();

    [GeneratedRegex("""new\((?<number>[0-9]{5,6}), Severity""", RegexOptions.ExplicitCapture)]
    private static partial Regex AdvisoryNumber();

    [GeneratedRegex(
        """(?:ApiException\(|new\()\s*[0-9]{3},\s*"(?<code>[a-z_]+)"|503, "(?<code>broker_unavailable)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Refusal();

    [GeneratedRegex("""(?:SourceException\(|const string \w+ =)\s*"(?<code>[a-z_]+)"[,;]""", RegexOptions.ExplicitCapture)]
    private static partial Regex SourceRefusal();

    [GeneratedRegex("`(?<code>[a-z0-9_]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex InBackticks();
}
