using Failback.Contracts.Api;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Control.Changefeeds;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Microsoft.Extensions.Options;

namespace Failback.Control.Progress;

/// <summary>Puts record and progress together for the API.</summary>
internal sealed class ResourceView(
    ProgressBoard board, FeedStore feeds, FeedReport feedReport, IOptions<ControlOptions> options, TimeProvider time)
{
    public FailbackResource Of(FailbackRecord failback)
    {
        DateTimeOffset now = time.GetUtcNow();
        TableReport?[] reports = [.. failback.Tables.Select(table => board.Find(failback.Name, table))];
        TableResource[] tables = [.. failback.Tables.Select(table => Table(failback, table))];
        string? applied = Least(reports.Select(report => report?.Progress.AppliedResolved));
        bool silent = IsSilent(failback, reports, now, out string silence);
        string? received = Least(reports.Select(report => report?.Progress.ReceivedResolved));
        SinkStatus sink = Sink(failback.Name);
        bool managed = failback.Definition.Shown.Changefeed.Managed;
        ManagedFeed? feed = managed ? feeds.Find(failback.Name) : null;
        HlcTimestamp? arrived = Latest(sink.Resolved, received);
        return new FailbackResource
        {
            Name = failback.Name,
            Revision = failback.Revision,
            State = failback.State,
            Activity = Activity(failback, reports, silent, now),
            Dialect = failback.Dialect,
            WebhookUrl = WebhookAddress.Of(
                failback.Definition.Shown.Changefeed.Overrides, options.Value.PublicSinkUrl, failback.WebhookPath).Url,
            WebhookPath = failback.WebhookPath,
            StagingSchema = failback.StagingSchema,
            CreatedAt = failback.CreatedAt,
            UpdatedAt = failback.UpdatedAt,
            Definition = failback.Definition.Shown,
            ReceivedResolved = received,
            AppliedResolved = applied,
            LagSeconds = HlcTimestamp.TryParse(applied, out HlcTimestamp at)
                ? Math.Round(Math.Max(0, (now - at.Time).TotalSeconds), 3)
                : null,
            Totals = new RowTotals(
                tables.Sum(table => table.Received),
                tables.Sum(table => table.Applied),
                tables.Sum(table => table.Superseded),
                tables.Sum(table => table.Filtered),
                tables.Sum(table => table.DeadLettered),
                tables.Sum(table => table.InFlight)),
            Sink = sink,
            Changefeed = feed is null ? null : feedReport.Show(feed, arrived),
            Script = failback.Script is { } script ? new ScriptStatus(script.Version, ScriptsOf(failback.Name)) : null,
            Errors = [
                .. Troubles(tables, silent ? silence : null), .. ScriptTroubles(failback), .. managed
                    ? feedReport.Troubles(failback.State, feed, arrived)
                    : []],
        };
    }

    public IReadOnlyList<TableResource> Tables(FailbackRecord failback) => [.. failback.Tables.Select(table => Table(failback, table))];

    public TableResource Table(FailbackRecord failback, TableRoute route)
    {
        TableReport? report = board.Find(failback.Name, route);
        TableProgress progress = report?.Progress ?? new TableProgress { Table = route.Target, State = TableState.Unknown };
        bool silent = failback.State == RunState.Running && report is not null
            && time.GetUtcNow() - (report.At > failback.StateSince ? report.At : failback.StateSince) > options.Value.SilentAfter;
        return new TableResource
        {
            Table = route.Target,
            Source = route.Source,
            Target = route.Target,
            Queue = route.Queue,
            Received = progress.Received,
            Applied = progress.Applied,
            Superseded = progress.Superseded,
            Filtered = progress.Filtered,
            DeadLettered = progress.DeadLettered,
            InFlight = progress.InFlight,
            AppliedResolved = NullIfEmpty(progress.AppliedResolved),
            ReceivedResolved = NullIfEmpty(progress.ReceivedResolved),
            State = Word.Of(silent ? TableState.Silent : failback.State == RunState.Paused ? TableState.Paused : progress.State),
            Error = progress.Error,
            UnknownColumns = progress.UnknownColumns,
            AbsentColumns = progress.AbsentColumns,
            Replica = report?.Replica,
            ReportedAt = report?.At,
        };
    }

    private SinkStatus Sink(string failback)
    {
        IReadOnlyList<(DateTimeOffset At, SinkProgress Progress)> sinks = board.Sinks(failback);
        (DateTimeOffset At, SinkProgress Progress)[] failing = [.. sinks.Where(sink => sink.Progress.LastError is not null)];
        return new SinkStatus(
            sinks.Count,
            sinks.Sum(sink => sink.Progress.AcceptedRows),
            sinks.Sum(sink => sink.Progress.AcceptedRequests),
            sinks.Sum(sink => sink.Progress.RejectedRequests),
            sinks.Sum(sink => sink.Progress.UnavailableRequests),
            sinks.Select(sink => sink.Progress.Resolved)
            .MaxBy(text => HlcTimestamp.TryParse(text, out HlcTimestamp value) ? value : HlcTimestamp.Zero) is { Length: > 0 } highest
            ? highest
            : null,
            failing.Length == 0 ? null : failing.MaxBy(sink => sink.At).Progress.LastError,
            sinks.Count == 0 ? null : sinks.Max(sink => sink.At));
    }

    /// <summary>Versions that the sinks run; more than one for a moment after a switch, or when a sink has not heard of it.</summary>
    private long[] ScriptsOf(string failback) =>
        [.. board.Sinks(failback).Select(sink => sink.Progress.ScriptVersion).Where(version => version > 0).Distinct().Order()];

    private IEnumerable<Trouble> ScriptTroubles(FailbackRecord failback) => board.Sinks(failback.Name)
        .Where(sink => sink.Progress.ScriptError is not null && sink.Progress.ScriptVersion == failback.Script?.Version)
        .Select(sink => sink.Progress.ScriptError!).Distinct(StringComparer.Ordinal)
        .Select(error => new Trouble("script_stopped", null, error));

    private bool IsSilent(FailbackRecord failback, TableReport?[] reports, DateTimeOffset now, out string message)
    {
        message = "";
        // Appliers let go of a paused failback and say nothing about it.
        if (failback.State != RunState.Running || reports.Length == 0) return false;
        DateTimeOffset oldest = reports.Min(report => report?.At ?? DateTimeOffset.MinValue);
        DateTimeOffset since = oldest > failback.StateSince ? oldest : failback.StateSince;
        if (now - since <= options.Value.SilentAfter) return false;
        int missing = reports.Count(report => report is null || now - report.At > options.Value.SilentAfter);
        message =
            $"no applier has reported about {missing} of {reports.Length} tables for {(now - since).TotalSeconds:0} s; check that "
                + $"applier-{failback.Dialect} runs and reaches the broker";
        return true;
    }

    private string Activity(FailbackRecord failback, TableReport?[] reports, bool silent, DateTimeOffset now)
    {
        if (failback.State == RunState.Paused) return Word.Of(FailbackActivity.Paused);
        if (silent) return Word.Of(FailbackActivity.Silent);
        // After stop the appliers go on until the queues are empty.
        string[] reported = [
            .. reports.Where(report => report is { Activity.Length: > 0 } && now - report.At <= options.Value.SilentAfter)
                .Select(report => report!.Activity)];
        return reported.Length > 0
            ? reported.Max(StringComparer.Ordinal)!
            : Word.Of(failback.State == RunState.Running ? FailbackActivity.Starting : FailbackActivity.Idle);
    }

    private static IEnumerable<Trouble> Troubles(TableResource[] tables, string? silence)
    {
        if (silence is not null) yield return new Trouble("applier_silent", null, silence);
        foreach (TableResource table in tables.Where(table => table.Error is not null))
            yield return new Trouble("table_" + table.State, table.Table, table.Error!);
    }

    // The least over all tables; unknown as soon as one table is.
    private static string? Least(IEnumerable<string?> resolved)
    {
        HlcTimestamp? least = null;
        foreach (string? text in resolved)
        {
            if (!HlcTimestamp.TryParse(text, out HlcTimestamp value) || value == HlcTimestamp.Zero) return null;
            if (least is null || value < least) least = value;
        }

        return least?.ToString();
    }

    private static HlcTimestamp? Latest(params string?[] resolved)
    {
        HlcTimestamp latest = resolved.Max(text => HlcTimestamp.TryParse(text, out HlcTimestamp value) ? value : HlcTimestamp.Zero);
        return latest == HlcTimestamp.Zero ? null : latest;
    }

    private static string? NullIfEmpty(string text) =>
        HlcTimestamp.TryParse(text, out HlcTimestamp value) && value != HlcTimestamp.Zero ? text : null;
}
