using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Control.Changefeeds;
using Failback.Control.Progress;
using Failback.Control.Registry;
using Failback.Messaging.ControlPlane;

namespace Failback.Control.Status;

/// <summary>Collects what was heard of a failback from the boards of this control.</summary>
internal sealed class Hearing(ProgressBoard reports, PulseBoard pulses, BusState bus)
{
    /// <param name="failback">What is wanted.</param>
    /// <param name="feed">The changefeed that control manages; null: none.</param>
    /// <param name="terms">From when on silence and lag are said.</param>
    /// <param name="now">The moment.</param>
    public Heard Of(FailbackRecord failback, ManagedFeed? feed, HearingTerms terms, DateTimeOffset now)
    {
        HeardPulse[] concerned = [.. pulses.All.Where(pulse => pulse.IsSink || pulse.IsApplierOf(failback.Dialect))];
        IReadOnlyList<(DateTimeOffset At, SinkProgress Progress)> sinks = reports.Sinks(failback);
        TableReport?[] found = [.. failback.Tables.Select(table => reports.Find(failback, table))];
        var heard = new Heard
        {
            Failback = failback,
            Now = now,
            ListeningSince = bus.UpSince ?? now,
            BrokerAwaySince = bus.DownSince,
            BrokerProblem = bus.Problem,
            Pulses = concerned,
            Sinks = sinks,
            Feed = feed,
            Missing = Acknowledgements.Missing(
                failback, found.Where(report => report is { Epoch: > 0 }).Select(report => report!.Replica), concerned, now,
                terms.SilentAfter),
            Terms = terms,
            Tables = [],
        };
        TableStatus[] tables = [.. failback.Tables.Zip(found, (route, report) => Table(heard, route, report))];
        HlcTimestamp? received = Heard.Least(tables.Select(table => table.Received));
        HlcTimestamp? accepted = sinks.Select(sink => Heard.Reading(sink.Progress.Resolved)).Max();
        return heard with { Tables = tables, Arrived = received is { } read && !(accepted > read) ? read : accepted };
    }

    private static TableStatus Table(Heard heard, TableRoute route, TableReport? report)
    {
        TableProgress progress = report?.Progress ?? new TableProgress { Table = route.Target, State = TableState.Unknown };
        var table = new TableStatus
        {
            Route = route,
            Condition = progress.State,
            Progress = progress,
            Applied = Heard.Reading(progress.AppliedResolved),
            Received = Heard.Reading(progress.ReceivedResolved),
            OldestLetter = Heard.Reading(progress.OldestLetter),
            Activity = report?.Activity ?? "",
            Replica = report?.Replica,
            ReportedAt = report?.At,
        };
        return table with { Condition = Condition(heard, table) };
    }

    private static TableState Condition(Heard heard, TableStatus table)
    {
        // An owner that is heard of is at work on it, however long that takes.
        if (heard.IsRunning && table.ReportedAt is { } at && heard.SilenceSince(at) > heard.Terms.SilentAfter
            && heard.LivingOwner(table) is not { IsAtWork: true }) return TableState.Silent;
        if (heard.Failback.State == RunState.Paused) return TableState.Paused;
        return table.ReportedAt is null ? TableState.Unknown : table.Progress.State;
    }
}
