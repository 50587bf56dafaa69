using Failback.Contracts.Api;
using Failback.Contracts.Words;

namespace Failback.Cli.Output;

/// <summary>Writes the answer of preflight for people: by place, the worst first, with a line that sums up.</summary>
internal static class Findings
{
    private static readonly string[] Places = ["source", "target", "sink", "broker", "applier", "control"];

    /// <summary>Returns all findings. A line is one finding or one statement to copy: it is not broken.</summary>
    public static IEnumerable<Line> Lines(PreflightReport report)
    {
        foreach (IGrouping<string, Check> place in report.Checks.GroupBy(check => check.Place, StringComparer.Ordinal)
            .OrderBy(group => Array.IndexOf(Places, group.Key) is >= 0 and var at ? at : Places.Length))
        {
            yield return new Line(place.Key, Ink.Bold);
            foreach (Check check in place.OrderByDescending(check => check.Severity))
            {
                yield return new Line("  ").Add($"{Word.Of(check.Severity),-8}", InkOf(check.Severity))
                    .Add($" {check.Code}: {(check.Table is { } table ? $"{table}: " : "")}{CliWords.Of(check.Message)}");
                foreach (string part in check.Fix?.Split('\n') ?? []) yield return new Line("           " + part, Ink.Dim);
            }
        }

        int errors = report.Checks.Count(check => check.Severity == Severity.Error);
        int warnings = report.Checks.Count(check => check.Severity == Severity.Warning);
        yield return new Line(errors > 0 ? "not ready" : "ready", errors > 0 ? Ink.Bad : Ink.Good)
            .Add($": {errors} errors, {warnings} warnings, {report.Checks.Count - errors - warnings} notes");
    }

    private static Ink InkOf(Severity severity) => severity switch
    {
        Severity.Error => Ink.Bad,
        Severity.Warning => Ink.Warning,
        _ => Ink.Plain,
    };
}
