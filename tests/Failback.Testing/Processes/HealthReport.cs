using System.Text.Json;
using System.Text.Json.Nodes;

namespace Failback.Testing.Processes;

/// <summary>Reads which process reports at <c>/livez</c> and <c>/readyz</c>.</summary>
public static class HealthReport
{
    /// <summary>Returns true when the report comes from the process.</summary>
    /// <param name="report">Text of the report; from another process it may be anything.</param>
    /// <param name="process">Process id.</param>
    /// <param name="instance">Value of its <c>Failback__Instance</c>; null when it has none.</param>
    public static bool IsOf(string report, int process, string? instance)
    {
        try
        {
            return JsonNode.Parse(report) is JsonObject said && (int?)said["process"] == process && (string?)said["instance"] == instance;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // Not the report of a service.
            return false;
        }
    }
}
