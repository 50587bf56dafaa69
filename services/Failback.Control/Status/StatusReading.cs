using Failback.Contracts.Words;
using Failback.Contracts.Api;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Control.Changefeeds;
using Failback.Control.Progress;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Microsoft.Extensions.Options;

namespace Failback.Control.Status;

/// <summary>Puts record, reports and changefeed together. Here the words of the reports become values; everything above is typed.</summary>
internal sealed class StatusReading(ProgressBoard board, FeedReport feedReport, IOptions<ControlOptions> options)
{
    /// <summary>What appliers report; of several groups of a failback the last of these is shown.</summary>
    private static readonly List<string> Reported =
    [
        .. ((FailbackActivity[])[
            FailbackActivity.BestEffort, FailbackActivity.CatchUp, FailbackActivity.Consistent, FailbackActivity.Immediate])
            .Select(Word.Of),
    ];

    private Silence Silence => new(options.Value.SilentAfter);

    public static bool IsManaged(FailbackRecord failback) => failback.Definition.Shown.Changefeed.Managed;

    /// <param name="failback">What is wanted.</param>
    /// <param name="feed">The changefeed that control manages; null: none was begun.</param>
    /// <param name="now">The moment that the status speaks of.</param>
    public FailbackStatus Of(FailbackRecord failback, ManagedFeed? feed, DateTimeOffset now)
    {
        TableReport?[] reports = [.. failback.Tables.Select(table => board.Find(failback.Name, table))];
        TableStatus[] tables = [.. failback.Tables.Zip(reports, (route, report) => Table(failback, route, report, now))];
        IReadOnlyList<(DateTimeOffset At, SinkProgress Progress)> sinks = board.Sinks(failback.Name);
        SinkFigures sink = Sink(sinks);
        Trouble? silence = Silence.Find(failback, reports, now);
        HlcTimestamp? received = Least(tables.Select(table => table.Received));
        HlcTimestamp? arrived = Latest([sink.Resolved, received]);
        IEnumerable<Trouble> ofTheFeed = IsManaged(failback) ? feedReport.Troubles(failback.State, feed, arrived, now) : [];
        return new FailbackStatus
        {
            Failback = failback,
            ComputedAt = now,
            Activity = Activity(failback, reports, silence is not null, now),
            Applied = Least(tables.Select(table => table.Applied)),
            Received = received,
            Totals = Totals(tables),
            Tables = tables,
            Sink = sink,
            Feed = IsManaged(failback) ? feed : null,
            Arrived = arrived,
            Troubles = [
                .. silence is null ? [] : (Trouble[])[silence], .. OfTables(tables), .. OfDefinition(failback, tables),
                .. OfScripts(failback, sinks), .. OfSinks(sinks), .. ofTheFeed],
        };
    }

    private TableStatus Table(FailbackRecord failback, TableRoute route, TableReport? report, DateTimeOffset now)
    {
        TableProgress progress = report?.Progress ?? new TableProgress { Table = route.Target, State = TableState.Unknown };
        bool silent = failback.State == RunState.Running && report is not null && Silence.Covers(failback, report, now);
        return new TableStatus
        {
            Route = route,
            Condition = silent ? TableState.Silent
                : failback.State == RunState.Paused ? TableState.Paused
                : report is null ? TableState.Unknown
                : progress.State,
            Progress = progress,
            Applied = Reading(progress.AppliedResolved),
            Received = Reading(progress.ReceivedResolved),
            Replica = report?.Replica,
            ReportedAt = report?.At,
        };
    }

    private FailbackActivity Activity(FailbackRecord failback, TableReport?[] reports, bool silent, DateTimeOffset now)
    {
        if (failback.State == RunState.Paused) return FailbackActivity.Paused;
        if (silent) return FailbackActivity.Silent;
        // After stop the appliers go on until the queues are empty.
        int reported = reports.Where(report => report is not null && !Silence.Covers(report, now))
            .Select(report => Reported.IndexOf(report!.Activity)).DefaultIfEmpty(-1).Max();
        if (reported >= 0) return Word.Parse<FailbackActivity>(Reported[reported]);
        return failback.State == RunState.Running ? FailbackActivity.Starting : FailbackActivity.Idle;
    }

    private static SinkFigures Sink(IReadOnlyList<(DateTimeOffset At, SinkProgress Progress)> sinks)
    {
        (DateTimeOffset At, SinkProgress Progress)[] failing = [.. sinks.Where(sink => sink.Progress.LastError is not null)];
        return new SinkFigures
        {
            Replicas = sinks.Count,
            AcceptedRows = sinks.Sum(sink => sink.Progress.AcceptedRows),
            AcceptedRequests = sinks.Sum(sink => sink.Progress.AcceptedRequests),
            RejectedRequests = sinks.Sum(sink => sink.Progress.RejectedRequests),
            UnavailableRequests = sinks.Sum(sink => sink.Progress.UnavailableRequests),
            Resolved = Latest(sinks.Select(sink => Reading(sink.Progress.Resolved))),
            LastError = failing.Length == 0 ? null : failing.MaxBy(sink => sink.At).Progress.LastError,
            LastReportAt = sinks.Count == 0 ? null : sinks.Max(sink => sink.At),
            Scripts = [.. sinks.Select(sink => sink.Progress.ScriptVersion).Where(version => version > 0).Distinct().Order()],
        };
    }

    private static RowTotals Totals(TableStatus[] tables) => new(
        tables.Sum(table => table.Progress.Received),
        tables.Sum(table => table.Progress.Applied),
        tables.Sum(table => table.Progress.Superseded),
        tables.Sum(table => table.Progress.Filtered),
        tables.Sum(table => table.Progress.DeadLettered),
        tables.Sum(table => table.Progress.InFlight));

    private static IEnumerable<Trouble> OfTables(TableStatus[] tables) => tables.Where(table => table.Progress.Error is not null)
        .Select(table => new Trouble(
            table.Progress.Trouble ?? "table_" + Word.Of(table.Condition), table.Route.Target, table.Progress.Error!));

    private static IEnumerable<Trouble> OfScripts(FailbackRecord failback, IEnumerable<(DateTimeOffset At, SinkProgress Progress)> sinks) =>
        sinks.Where(sink => sink.Progress.ScriptError is not null && sink.Progress.ScriptVersion == failback.Script?.Version)
            .Select(sink => sink.Progress.ScriptError!).Distinct(StringComparer.Ordinal)
            .Select(error => new Trouble("script_stopped", null, error));

    // Control stores a definition before anyone hears of it: a replica that works by a later one has it from a state that is lost.
    private static IEnumerable<Trouble> OfDefinition(FailbackRecord failback, TableStatus[] tables) =>
        tables.Any(table => table.Progress.SpecRevision > failback.Revision)
            ? [new Trouble(
                "definition_went_back", null,
                $"sinks and appliers work by a later definition than revision {failback.Revision}, which control has: its database was "
                    + "put back. Compare the definition and PUT it as it should be; from then on all work by that")]
            : [];

    private static IEnumerable<Trouble> OfSinks(IEnumerable<(DateTimeOffset At, SinkProgress Progress)> sinks) =>
        sinks.Select(sink => sink.Progress.TimestampInFuture).OfType<string>().Take(1)
            .Select(text => new Trouble("timestamp_in_future", null, text));

    // Unknown as soon as one is.
    private static HlcTimestamp? Least(IEnumerable<HlcTimestamp?> readings)
    {
        HlcTimestamp?[] all = [.. readings];
        return all.Contains(null) ? null : all.Min();
    }

    private static HlcTimestamp? Latest(IEnumerable<HlcTimestamp?> readings) => readings.Max();

    private static HlcTimestamp? Reading(string text) =>
        HlcTimestamp.TryParse(text, out HlcTimestamp value) && value != HlcTimestamp.Zero ? value : null;
}
