using System.Text.RegularExpressions;
using Failback.Testing.Processes;

namespace Failback.EndToEnd.Tests.Deployment;

/// <summary>The rules of deploy/prometheus/rules/failback.yml.</summary>
internal static partial class AlertRules
{
    public static string Text => File.ReadAllText(Path.Combine(Repository.Root, "deploy", "prometheus", "rules", "failback.yml"));

    public static IReadOnlyList<string> Names => [.. Alert().Matches(Text).Select(match => match.Groups["name"].Value)];

    /// <summary>Parts of pages that say what to do, one per alert.</summary>
    public static IReadOnlyList<string> Runbooks => [.. Runbook().Matches(Text).Select(match => match.Groups["path"].Value)];

    /// <summary>The same rules for tests that cannot wait for minutes: they fire after seconds.</summary>
    public static string Impatient =>
        Window().Replace(Age().Replace(For().Replace(Text, "for: 1s"), "${start} > 8"), "[15s]");

    /// <summary>Metrics of this project that a text names.</summary>
    public static IEnumerable<string> MetricsIn(string text) => Metric().Matches(text).Select(match => match.Value);

    [GeneratedRegex(@"- alert: (?<name>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Alert();

    [GeneratedRegex(@"runbook: (?<path>\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Runbook();

    [GeneratedRegex(@"for: \w+", RegexOptions.None, 1000)]
    private static partial Regex For();

    [GeneratedRegex(@"(?<start>time\(\) - .*) > \d+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Age();

    [GeneratedRegex(@"\[\d+m\]", RegexOptions.None, 1000)]
    private static partial Regex Window();

    [GeneratedRegex(@"\bfailback_[a-z_]+\b", RegexOptions.None, 1000)]
    private static partial Regex Metric();
}
