using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Failback.Apply.Writing;

/// <summary>
/// Counts of how windows were written; <c>failback.apply.attempts</c> by attempt tells how often the plain order was not enough.
/// </summary>
public sealed class WriteCounters
{
    private readonly Counter<long> _attempts;
    private readonly Counter<long> _vacated;
    private readonly Histogram<double> _statements;

    public WriteCounters(IMeterFactory meters)
    {
        Meter meter = meters.Create("Failback.Apply");
        _attempts = meter.CreateCounter<long>(
            "failback.apply.attempts", "{transaction}", "Transactions written, by the attempt that succeeded");
        _vacated = meter.CreateCounter<long>(
            "failback.apply.vacated", "{row}", "Rows whose unique value was freed before it changed hands");
        _statements = meter.CreateHistogram(
            "failback.apply.statement.duration", "s", "Time of a statement that writes a batch of rows, and of the look at what it did",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
            });
    }

    public void Count(WriteAttempt attempt) => _attempts.Add(1, new KeyValuePair<string, object?>("attempt", attempt.Name));

    /// <summary>Runs a statement and takes its time, unless it fails.</summary>
    public async Task TimeAsync(string kind, Func<Task> statement)
    {
        long started = Stopwatch.GetTimestamp();
        await statement();
        _statements.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>("kind", kind));
    }

    public void CountVacated(int rows)
    {
        if (rows > 0) _vacated.Add(rows);
    }
}
