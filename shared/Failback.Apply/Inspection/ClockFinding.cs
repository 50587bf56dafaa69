using System.Globalization;
using Failback.Contracts.Control;

namespace Failback.Apply.Inspection;

/// <summary>Holds the clock of the target against that of the applier.</summary>
public static class ClockFinding
{
    private static readonly TimeSpan Tolerated = TimeSpan.FromSeconds(5);

    /// <summary>A finding, or nothing.</summary>
    public static IEnumerable<TargetFinding> Of(DateTimeOffset target, DateTimeOffset applier)
    {
        TimeSpan apart = target - applier;
        if (apart.Duration() <= Tolerated) yield break;
        yield return new TargetFinding(
            "clock_skew", "warning", null,
            string.Create(
                CultureInfo.InvariantCulture,
                $"the target's clock differs from the applier's by {apart.TotalSeconds:0.0} s: times in the staging schema are not those "
                    + $"of the logs"),
            "timedatectl set-ntp true");
    }
}
