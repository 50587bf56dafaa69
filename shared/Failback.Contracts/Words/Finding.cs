using System.Globalization;
using System.Text.Json.Serialization;

namespace Failback.Contracts.Words;

/// <summary>Something that matters before a start, found by control or by an applier.</summary>
/// <param name="Code">Stable code.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Table">Table concerned, or null.</param>
/// <param name="Message">What was found and what it means; no secrets.</param>
/// <param name="Fix">Exact SQL or command, or null where there is nothing to do.</param>
public record Finding(
    [property: JsonPropertyOrder(1)] string Code,
    [property: JsonPropertyOrder(2)] Severity Severity,
    [property: JsonPropertyOrder(4)] string? Table,
    [property: JsonPropertyOrder(5)] string Message,
    [property: JsonPropertyOrder(6)] string? Fix)
{
    /// <summary>Clocks that differ by no more than this are right.</summary>
    private static readonly TimeSpan TolerableSkew = TimeSpan.FromSeconds(5);

    /// <summary>Compares two clocks; returns a finding, or nothing.</summary>
    /// <param name="clock">The clock, for people.</param>
    /// <param name="other">The clock it is compared with.</param>
    /// <param name="ahead">How far the first is ahead of the second; negative: behind.</param>
    /// <param name="resolution">Precision of the reading, tolerated on top.</param>
    /// <param name="meaning">What follows from a difference.</param>
    public static IEnumerable<Finding> OfClocks(string clock, string other, TimeSpan ahead, TimeSpan resolution, string meaning)
    {
        if (ahead.Duration() <= TolerableSkew + resolution) yield break;
        yield return new Finding(
            PreflightCodes.ClockSkew, Severity.Warning, null,
            string.Create(CultureInfo.InvariantCulture, $"{clock} differs from {other} by {ahead.TotalSeconds:0.0} s: {meaning}"),
            "timedatectl set-ntp true");
    }
}
