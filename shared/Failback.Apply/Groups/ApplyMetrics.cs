using System.Diagnostics.Metrics;
using Failback.Apply.Failures;

namespace Failback.Apply.Groups;

/// <summary>What happens to the groups of this process, counted and timed by failback.</summary>
internal sealed class ApplyMetrics
{
    public const string MeterName = "Failback.Apply";

    /// <summary>For contexts that no process exports.</summary>
    public static readonly ApplyMetrics Unread = new(new Meter("Unread"));

    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    };

    private static readonly InstrumentAdvice<double> Ages = new()
    {
        HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 1.5, 2, 3, 5, 10, 30, 60, 300, 1800, 7200, 86400],
    };

    private readonly Histogram<double> _transactions;
    private readonly Histogram<double> _ages;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _takeovers;
    private readonly Counter<long> _connections;
    private readonly Counter<long> _rows;

    public ApplyMetrics(IMeterFactory factory)
        : this(factory.Create(MeterName))
    {
    }

    private ApplyMetrics(Meter meter)
    {
        _transactions = meter.CreateHistogram(
            "failback.apply.transaction.duration", "s", "Time of a transaction in the target, with its retries, up to its commit.",
            advice: Durations);
        _ages = meter.CreateHistogram(
            "failback.apply.visible.age", "s",
            "Age of the newest row of a message, since its commit at the source, when the message was settled in the target.",
            advice: Ages);
        _retries = meter.CreateCounter<long>(
            "failback.apply.retries", null, "Transactions that failed and were tried again, by the kind of the failure.");
        _takeovers = meter.CreateCounter<long>("failback.apply.takeovers", null, "Groups of tables taken over by this process.");
        _connections = meter.CreateCounter<long>("failback.apply.connections", null, "Connections to the target opened by groups.");
        _rows = meter.CreateCounter<long>("failback.apply.rows", null, "Rows committed in the target, by what was done.");
    }

    public void Committed(string failback, TimeSpan duration, long upserts, long deletes, long setAside)
    {
        var tag = new KeyValuePair<string, object?>("failback", failback);
        _transactions.Record(duration.TotalSeconds, tag);
        if (upserts > 0) _rows.Add(upserts, tag, new("kind", "upsert"));
        if (deletes > 0) _rows.Add(deletes, tag, new("kind", "delete"));
        if (setAside > 0) _rows.Add(setAside, tag, new("kind", "set_aside"));
    }

    /// <summary>The clocks of source and applier may differ: what seems to come from the future has the age 0.</summary>
    public void Visible(string failback, TimeSpan age) =>
        _ages.Record(Math.Max(0, age.TotalSeconds), new KeyValuePair<string, object?>("failback", failback));

    public void Retried(string failback, FailureKind kind) => _retries.Add(1, new("failback", failback), new("kind", kind switch
    {
        FailureKind.Transient => "transient",
        FailureKind.Schema => "schema",
        FailureKind.ForeignKey or FailureKind.Unique => "order",
        _ => "other",
    }));

    public void TookOver(string failback) => _takeovers.Add(1, new KeyValuePair<string, object?>("failback", failback));

    public void Connected(string failback) => _connections.Add(1, new KeyValuePair<string, object?>("failback", failback));
}
