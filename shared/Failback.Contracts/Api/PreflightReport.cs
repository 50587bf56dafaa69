using Failback.Contracts.Words;

namespace Failback.Contracts.Api;

/// <summary>Answer of preflight: <see cref="Ready"/> when nothing is an error.</summary>
public sealed record PreflightReport(bool Ready, int Errors, int Warnings, IReadOnlyList<Check> Checks)
{
    /// <summary>Returns the report of some checks, the worst first.</summary>
    public static PreflightReport Of(IEnumerable<Check> checks)
    {
        Check[] sorted = [
            .. checks.OrderByDescending(check => check.Severity).ThenBy(check => check.Place, StringComparer.Ordinal)
                .ThenBy(check => check.Code, StringComparer.Ordinal).ThenBy(check => check.Table, StringComparer.Ordinal)];
        int errors = sorted.Count(check => check.Severity == Severity.Error);
        return new PreflightReport(errors == 0, errors, sorted.Count(check => check.Severity == Severity.Warning), sorted);
    }
}
