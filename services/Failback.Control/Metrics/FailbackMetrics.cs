using System.Diagnostics.Metrics;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Control.Status;
using Failback.Control.Storage;

namespace Failback.Control.Metrics;

/// <summary>
/// The failbacks in numbers, exported by the control that leads. Moments rather than ages: an age that a silent process exported last
/// would look fresh for ever, while <c>time() - moment</c> grows on.
/// </summary>
internal sealed class FailbackMetrics
{
    public const string MeterName = "Failback.Control";

    private const string OtherFeedState = "other";
    private static readonly string[] FeedStates = ["running", "paused", "failed", "canceled", "succeeded", "unknown", OtherFeedState];
    private readonly StatusBoard _board;
    private readonly Leadership _leadership;

    public FailbackMetrics(IMeterFactory meters, StatusBoard board, Leadership leadership)
    {
        _board = board;
        _leadership = leadership;
        Meter meter = meters.Create(MeterName);
        meter.CreateObservableGauge("failback.leader", () => _leadership.Leads ? 1 : 0, null, "1 on the control that leads.");
        meter.CreateObservableGauge(
            "failback.status.timestamp", ComputedAt, "s",
            "When the leader last computed what follows; everything of control is as old as this.");
        meter.CreateObservableGauge(
            "failback.state", () => Each(State), null, "1 for the state that was ordered, 0 for the others.");
        meter.CreateObservableGauge(
            "failback.activity", () => Each(Activity), null, "1 for what the appliers do, 0 for the rest.");
        meter.CreateObservableGauge(
            "failback.since.timestamp", () => Each(s => One(s, Seconds(s.Failback.StateSince))), "s", "When the state was ordered.");
        meter.CreateObservableGauge(
            "failback.arrived.resolved.timestamp", () => Each(s => Moment(s, s.Arrived)), "s",
            "Latest resolved timestamp that a sink accepted or every queue has shown.");
        meter.CreateObservableGauge(
            "failback.received.resolved.timestamp", () => Each(s => Moment(s, s.Received)), "s",
            "Latest resolved timestamp read from the queue of every table.");
        meter.CreateObservableGauge(
            "failback.applied.resolved.timestamp", () => Each(s => Moment(s, s.Applied)), "s",
            "Every row version at or before it is in the target.");
        meter.CreateObservableCounter(
            "failback.rows", () => Each(Rows), null,
            "Rows with an outcome that stays: applied, superseded by a newer version, filtered. Absent while a table is unknown.");
        meter.CreateObservableGauge(
            "failback.rows.in.flight", () => Each(s => Known(s, s.Totals.InFlight)), null, "Rows that arrived and have no outcome yet.");
        meter.CreateObservableGauge(
            "failback.rows.dead.lettered", () => Each(s => Known(s, s.Totals.DeadLettered)), null,
            "Rows that became dead letters and were not superseded since, settled or not.");
        meter.CreateObservableGauge(
            "failback.rows.set.aside", () => Each(SetAside), null,
            "Rows set aside that hold the watermark: waiting for other rows, or open for an operator.");
        meter.CreateObservableGauge(
            "failback.rows.set.aside.oldest.timestamp",
            () => Each(s => IsKnown(s) ? Moment(s, s.Tables.Min(t => t.OldestLetter)) : []), "s",
            "Version of the oldest row set aside.");
        meter.CreateObservableGauge("failback.trouble", () => Each(Troubles), null, "Troubles that stand now, by code.");
        meter.CreateObservableGauge(
            "failback.applier.reported.timestamp", () => Each(s => Reported(s)), "s",
            "When the table that was not heard of for longest was last reported by an applier.");
        meter.CreateObservableGauge(
            "failback.sink.reported.timestamp", () => Each(s => s.Sink.LastReportAt is { } at ? One(s, Seconds(at)) : []), "s",
            "When a sink last reported requests of the failback.");
        meter.CreateObservableGauge(
            "failback.changefeed.state", () => Each(Feed), null, "1 for the state of the managed changefeed's job, 0 for the others.");
        meter.CreateObservableGauge(
            "failback.changefeed.checked.timestamp", () => Each(s => s.Feed?.CheckedAt is { } at ? One(s, Seconds(at)) : []), "s",
            "When the job of the managed changefeed was last seen.");
        meter.CreateObservableGauge(
            "failback.changefeed.high.water.timestamp",
            () => Each(s => Moment(s, HlcTimestamp.TryParse(s.Feed?.HighWater, out HlcTimestamp mark) ? mark : null)), "s",
            "High water of the managed changefeed.");
    }

    internal static double Seconds(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).TotalSeconds;

    private IEnumerable<Measurement<double>> ComputedAt() =>
        _leadership.Leads && _board.Latest.ComputedAt != default ? [new(Seconds(_board.Latest.ComputedAt))] : [];

    /// <summary>A control that does not lead, or cannot read the state any more, exports nothing of the failbacks.</summary>
    private IEnumerable<Measurement<T>> Each<T>(Func<FailbackStatus, IEnumerable<Measurement<T>>> measure) where T : struct =>
        _leadership.Leads ? _board.Latest.Failbacks.SelectMany(measure) : [];

    private static IEnumerable<Measurement<int>> State(FailbackStatus status) =>
        Enum.GetValues<RunState>().Where(state => state != RunState.Deleted)
            .Select(state => One(status, state == status.Failback.State, "state", Camel(state.ToString())));

    private static IEnumerable<Measurement<int>> Activity(FailbackStatus status) =>
        Enum.GetValues<FailbackActivity>()
            .Select(activity => One(status, activity == status.Activity, "activity", Word.Of(activity)));

    private static IEnumerable<Measurement<long>> Rows(FailbackStatus status) => IsKnown(status)
        ? [
            Count(status, status.Totals.Applied, "outcome", "applied"),
            Count(status, status.Totals.Superseded, "outcome", "superseded"),
            Count(status, status.Totals.Filtered, "outcome", "filtered"),
        ]
        : [];

    private static IEnumerable<Measurement<long>> SetAside(FailbackStatus status) => IsKnown(status)
        ? [
            Count(status, status.Tables.Sum(t => t.Progress.WaitingLetters), "state", Word.Of(LetterState.Waiting)),
            Count(status, status.Tables.Sum(t => t.Progress.OpenLetters), "state", Word.Of(LetterState.Open)),
        ]
        : [];

    private static IEnumerable<Measurement<long>> Troubles(FailbackStatus status) =>
        status.Troubles.CountBy(trouble => trouble.Code, StringComparer.Ordinal)
            .Select(found => Count(status, found.Value, "code", found.Key));

    private static IEnumerable<Measurement<int>> Feed(FailbackStatus status)
    {
        if (status.Feed?.Status is not { } state) return [];
        // The cluster's word may be one of a later release.
        string known = FeedStates.Contains(state, StringComparer.Ordinal) ? state : OtherFeedState;
        return FeedStates.Select(one => One(status, one == known, "state", one));
    }

    private static IEnumerable<Measurement<double>> Reported(FailbackStatus status) =>
        IsKnown(status) && status.Tables.Count > 0 ? One(status, Seconds(status.Tables.Min(t => t.ReportedAt!.Value))) : [];

    private static IEnumerable<Measurement<double>> Moment(FailbackStatus status, HlcTimestamp? at) =>
        at is { } known ? One(status, Seconds(known.Time)) : [];

    private static IEnumerable<Measurement<long>> Known(FailbackStatus status, long value) =>
        IsKnown(status) ? [new(value, Tag(status))] : [];

    // A sum without one of its parts would fall, and a counter that falls counts as one that began anew.
    private static bool IsKnown(FailbackStatus status) => status.Tables.All(table => table.ReportedAt is not null);

    private static IEnumerable<Measurement<double>> One(FailbackStatus status, double value) => [new(value, Tag(status))];

    private static Measurement<int> One(FailbackStatus status, bool holds, string label, string value) =>
        new(holds ? 1 : 0, Tag(status), new(label, value));

    private static Measurement<long> Count(FailbackStatus status, long value, string label, string of) =>
        new(value, Tag(status), new(label, of));

    private static KeyValuePair<string, object?> Tag(FailbackStatus status) => new("failback", status.Failback.Name);

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
