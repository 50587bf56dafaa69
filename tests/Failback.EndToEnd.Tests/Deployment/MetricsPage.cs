using System.Text.RegularExpressions;
using Failback.Testing.Processes;

namespace Failback.EndToEnd.Tests.Deployment;

/// <summary>The catalogue of docs/operate/metrics.md.</summary>
internal static partial class MetricsPage
{
    /// <summary>Metrics with their types, by the heading of the processes that export them.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Read()
    {
        var found = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        string text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operate", "metrics.md"));
        foreach (string part in text.Split("\n## ").Skip(1))
        {
            var rows = Row().Matches(part).ToDictionary(
                row => row.Groups["name"].Value, row => row.Groups["type"].Value, StringComparer.Ordinal);
            if (rows.Count > 0) found[part.Split('\n')[0]] = rows;
        }

        return found;
    }

    /// <summary>Names of all metrics, as they stand in series: histograms have three.</summary>
    public static IReadOnlySet<string> SeriesNames() => Read().Values.SelectMany(metrics => metrics)
        .SelectMany(metric => metric.Value == "histogram"
            ? [metric.Key + "_bucket", metric.Key + "_sum", metric.Key + "_count"]
            : (string[])[metric.Key])
        .ToHashSet(StringComparer.Ordinal);

    [GeneratedRegex(@"^\| `(?<name>failback_[a-z_]+)` \| (?<type>gauge|counter|histogram) \|", RegexOptions.Multiline |
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();
}
