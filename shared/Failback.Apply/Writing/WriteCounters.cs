using System.Diagnostics.Metrics;

namespace Failback.Apply.Writing;

/// <summary>
/// Counts of how windows were written; <c>failback.apply.attempts</c> by attempt tells how often the plain order was not enough.
/// </summary>
public sealed class WriteCounters
{
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _vacated;

    public WriteCounters(IMeterFactory meters)
    {
        Meter meter = meters.Create("Failback.Apply");
        _attempts = meter.CreateCounter<long>(
            "failback.apply.attempts", "{transaction}", "Transactions written, by the attempt that succeeded");
        _vacated = meter.CreateCounter<long>(
            "failback.apply.vacated", "{row}", "Rows whose unique value was freed before it changed hands");
    }

    public void Count(WriteAttempt attempt) => _attempts.Add(1, new KeyValuePair<string, object?>("attempt", attempt.Name));

    public void CountVacated(int rows)
    {
        if (rows > 0) _vacated.Add(rows);
    }
}
