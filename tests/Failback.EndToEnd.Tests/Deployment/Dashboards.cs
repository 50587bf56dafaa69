using System.Text.Json.Nodes;
using Failback.Testing.Processes;

namespace Failback.EndToEnd.Tests.Deployment;

/// <summary>The dashboards of deploy/grafana/dashboards.</summary>
internal static class Dashboards
{
    public static IReadOnlyList<(string File, JsonNode Content)> All =>
    [
        .. Directory.GetFiles(Path.Combine(Repository.Root, "deploy", "grafana", "dashboards"), "*.json").Order(StringComparer.Ordinal)
            .Select(path => (Path.GetFileName(path), JsonNode.Parse(File.ReadAllText(path))!)),
    ];

    public static IEnumerable<JsonNode> Panels(JsonNode dashboard) => dashboard["panels"]!.AsArray().OfType<JsonNode>();

    /// <summary>Every query with Grafana's variables replaced.</summary>
    public static IReadOnlyList<(string Where, string Query)> Queries(string failback) =>
    [
        .. from dashboard in All
           from panel in Panels(dashboard.Content)
           from target in panel["targets"]!.AsArray()
           select ($"{dashboard.File}: {panel["title"]}", ((string)target["expr"]!)
               .Replace("$failback", failback, StringComparison.Ordinal).Replace("$__rate_interval", "1m", StringComparison.Ordinal)),
    ];
}
