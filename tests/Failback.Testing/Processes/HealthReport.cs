using System.Text.Json;
using System.Text.Json.Nodes;

namespace Failback.Testing.Processes;

/// <summary>What <c>/livez</c> and <c>/readyz</c> say about who reports.</summary>
public static class HealthReport
{
    /// <summary>True when the report is that of the process.</summary>
    /// <param name="report">JSON text, or what a stranger sent.</param>
    /// <param name="process">Its id.</param>
    /// <param name="instance">What it was given as <c>Failback__Instance</c>; null: nothing.</param>
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
