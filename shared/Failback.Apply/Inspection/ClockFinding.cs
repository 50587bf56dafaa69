using Failback.Contracts.Words;

namespace Failback.Apply.Inspection;

/// <summary>Compares the clock of the target with that of the applier.</summary>
public static class ClockFinding
{
    /// <summary>Returns a finding, or nothing.</summary>
    public static IEnumerable<Finding> Of(DateTimeOffset target, DateTimeOffset applier) => Finding.OfClocks(
        "the target's clock", "the applier's", target - applier, TimeSpan.Zero, "times in the staging schema are not those of the logs");
}
