using System.Text.Json.Serialization;

namespace Failback.Control.Preflight;

/// <summary>How bad a finding is.</summary>
internal enum Severity
{
    /// <summary>Good to know.</summary>
    Info,

    /// <summary>Works, with a risk that is named.</summary>
    Warning,

    /// <summary>Will not work, or will lose or change something.</summary>
    Error,
}

/// <summary>One finding.</summary>
/// <param name="Code">Stable code.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Place"><c>source</c>, <c>target</c>, <c>sink</c>, <c>broker</c> or <c>control</c>.</param>
/// <param name="Table">Table concerned, or null.</param>
/// <param name="Message">What was found and what it means; no secrets.</param>
/// <param name="Fix">Exact SQL or command, or null where there is nothing to do.</param>
internal sealed record Check(string Code, Severity Severity, string Place, string? Table, string Message, string? Fix)
{
    /// <summary>Something could not be looked at: a start meets the same and says so itself.</summary>
    [JsonIgnore]
    public bool Unreached { get; init; }
}

/// <summary>Answer of preflight: <see cref="Ready"/> when nothing is an error.</summary>
internal sealed record PreflightReport(bool Ready, int Errors, int Warnings, IReadOnlyList<Check> Checks)
{
    public static PreflightReport Of(IEnumerable<Check> checks)
    {
        Check[] sorted = [
            .. checks.OrderByDescending(check => check.Severity).ThenBy(check => check.Place, StringComparer.Ordinal)
                .ThenBy(check => check.Code, StringComparer.Ordinal).ThenBy(check => check.Table, StringComparer.Ordinal)];
        int errors = sorted.Count(check => check.Severity == Severity.Error);
        return new PreflightReport(errors == 0, errors, sorted.Count(check => check.Severity == Severity.Warning), sorted);
    }
}
