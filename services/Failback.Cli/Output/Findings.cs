using Failback.Cli.Settings;
using Failback.Contracts.Api;
using Failback.Contracts.Words;
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
    public static int Write(PreflightReport report, IAnsiConsole console)
    {
        foreach (IGrouping<string, Check> place in report.Checks.GroupBy(check => check.Place, StringComparer.Ordinal)
            .OrderBy(group => Array.IndexOf(Places, group.Key) is >= 0 and var at ? at : Places.Length))
        {
            console.Write(new Text(place.Key + "\n", new Style(decoration: Decoration.Bold)));
            foreach (Check check in place.OrderByDescending(check => check.Severity)) WriteFinding(check, console);
        }

        int errors = report.Checks.Count(check => check.Severity == Severity.Error);
        int warnings = report.Checks.Count(check => check.Severity == Severity.Warning);
        console.Write(
            new Text(errors > 0 ? "not ready" : "ready", new Style(errors > 0 ? Color.Red : Color.Green, decoration: Decoration.Bold)));
        console.Write(new Text($": {errors} errors, {warnings} warnings, {report.Checks.Count - errors - warnings} notes\n"));
        return errors > 0 ? ExitCodes.Refused : ExitCodes.Done;
    }

    private static void WriteFinding(Check check, IAnsiConsole console)
    {
        Color color = check.Severity switch
        {
            Severity.Error => Color.Red,
            Severity.Warning => Color.Yellow,
            _ => Color.Default,
        };
        console.Write(new Text($"  {Word.Of(check.Severity),-8}", new Style(color)));
        console.Write(new Text($" {check.Code}: {(check.Table is { } table ? $"{table}: " : "")}{check.Message}\n"));
        if (check.Fix is { } fix) console.Write(new Text($"           {fix}\n", new Style(decoration: Decoration.Dim)));
    }
}
