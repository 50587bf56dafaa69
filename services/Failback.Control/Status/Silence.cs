using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Control.Progress;
using Failback.Control.Registry;

namespace Failback.Control.Status;

/// <summary>Judges whether reports about a failback's tables have ceased.</summary>
/// <param name="After">Time without a report from which appliers count as silent.</param>
internal readonly record struct Silence(TimeSpan After)
{
    public bool Covers(TableReport report, DateTimeOffset now) => now - report.At > After;

    /// <summary>As above for a running failback, whose appliers had nothing to report before it ran.</summary>
    public bool Covers(FailbackRecord failback, TableReport report, DateTimeOffset now) =>
        now - (report.At > failback.StateSince ? report.At : failback.StateSince) > After;

    /// <summary>Returns what is to be said about a silent failback; null: it is not silent.</summary>
    public Trouble? Find(FailbackRecord failback, TableReport?[] reports, DateTimeOffset now)
    {
        // Appliers let go of a paused failback and say nothing about it.
        if (failback.State != RunState.Running || reports.Length == 0) return null;
        DateTimeOffset oldest = reports.Min(report => report?.At ?? DateTimeOffset.MinValue);
        DateTimeOffset since = oldest > failback.StateSince ? oldest : failback.StateSince;
        if (now - since <= After) return null;
        Silence silence = this;
        int missing = reports.Count(report => report is null || silence.Covers(report, now));
        return new Trouble(
            "applier_silent", null,
            $"no applier has reported about {missing} of {reports.Length} tables for {(now - since).TotalSeconds:0} s; check that "
                + $"applier-{failback.Dialect} runs and reaches the broker");
    }
}
