using System.Text.Json.Nodes;
using Failback.Cli.Settings;
using Spectre.Console;

namespace Failback.Cli.Output;

/// <summary>Writes the answer of preflight for people: by place, the worst first, with a line that sums up.</summary>
internal static class Findings
{
    private static readonly string[] Places = ["source", "target", "sink", "broker", "applier", "control"];

    /// <summary>Writes all findings.</summary>
    /// <param name="report">Answer of the API.</param>
    /// <param name="console">Where to; it leaves colours out when that is not a terminal.</param>
    /// <returns>Exit code: 1 when something blocks a start.</returns>
    public static int Write(JsonNode report, IAnsiConsole console)
    {
        JsonNode[] checks = [.. (report["checks"] as JsonArray ?? []).OfType<JsonNode>()];
        foreach (IGrouping<string, JsonNode> place in checks.GroupBy(check => Text(check, "place"), StringComparer.Ordinal)
            .OrderBy(group => Array.IndexOf(Places, group.Key) is >= 0 and var at ? at : Places.Length))
        {
            console.Write(new Text(place.Key + "\n", new Style(decoration: Decoration.Bold)));
            foreach (JsonNode check in place.OrderBy(Rank)) WriteFinding(check, console);
        }

        int errors = checks.Count(check => Rank(check) == 0);
        int warnings = checks.Count(check => Rank(check) == 1);
        console.Write(
            new Text(errors > 0 ? "not ready" : "ready", new Style(errors > 0 ? Color.Red : Color.Green, decoration: Decoration.Bold)));
        console.Write(new Text($": {errors} errors, {warnings} warnings, {checks.Length - errors - warnings} notes\n"));
        return errors > 0 ? ExitCodes.Refused : ExitCodes.Done;
    }

    private static void WriteFinding(JsonNode check, IAnsiConsole console)
    {
        string severity = Text(check, "severity");
        console.Write(
            new Text(
                $"  {severity,-8}", new Style(severity switch { "error" => Color.Red, "warning" => Color.Yellow, _ => Color.Default })));
        console.Write(new Text($" {Text(check, "code")}: {(check["table"] is { } table ? $"{table}: " : "")}{Text(check, "message")}\n"));
        if (check["fix"] is { } fix) console.Write(new Text($"           {fix}\n", new Style(decoration: Decoration.Dim)));
    }

    private static int Rank(JsonNode check) => Text(check, "severity") switch
    {
        "error" => 0,
        "warning" => 1,
        _ => 2,
    };

    private static string Text(JsonNode check, string name) => check[name]?.ToString() ?? "";
}
