using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Control.Changefeeds;
using Failback.Control.Progress;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Microsoft.Extensions.Options;

namespace Failback.Control.Status;

/// <summary>Puts record, reports, pulses and changefeed together. Here the words of the reports become values.</summary>
internal sealed class StatusReading(
    Hearing hearing, FeedReport feedReport, TroubleDates troubleDates, ConditionDates conditionDates, IOptions<ControlOptions> options)
{
    /// <summary>What appliers report; of several groups of a failback the last of these is shown.</summary>
    private static readonly List<string> Reported =
    [
        .. ((FailbackActivity[])[
            FailbackActivity.BestEffort, FailbackActivity.CatchUp, FailbackActivity.Consistent, FailbackActivity.Immediate])
            .Select(Word.Of),
    ];

    private HearingTerms Terms => new(options.Value.SilentAfter, options.Value.FirstResolvedWithin, options.Value.FeedLagWarning);

    public static bool IsManaged(FailbackRecord failback) => failback.Definition.Shown.Changefeed.Managed;

    /// <summary>Forgets what is remembered of failbacks that are gone.</summary>
    public void Keep(IReadOnlySet<string> failbacks) => troubleDates.Keep(failbacks);

    /// <summary>
    /// Computes the status; nothing is older than the failback, which may have the name of one that was deleted a moment ago.
    /// </summary>
    /// <param name="failback">What is wanted.</param>
    /// <param name="feed">The changefeed that control manages; null: none was begun.</param>
    /// <param name="now">The moment that the status speaks of.</param>
    public FailbackStatus Of(FailbackRecord failback, ManagedFeed? feed, DateTimeOffset now)
    {
        Heard heard = hearing.Of(failback, IsManaged(failback) ? feed : null, Terms, now);
        IReadOnlyList<Trouble> troubles = [
            .. troubleDates.Stamp(failback.Name, Signs(heard), now).Select(
                trouble => trouble.Since < failback.CreatedAt ? trouble with { Since = failback.CreatedAt } : trouble)];
        return new FailbackStatus
        {
            Failback = failback,
            ComputedAt = now,
            State = Acknowledgements.Shown(failback, heard.Missing),
            Missing = heard.Missing,
            Condition = Condition(heard, troubles),
            Activity = Activity(heard, troubles.Any(trouble => trouble.Code == TroubleCodes.ApplierSilent)),
            Applied = heard.Applied,
            Received = Heard.Least(heard.Tables.Select(table => table.Received)),
            Totals = Totals(heard.Tables),
            Tables = heard.Tables,
            Sink = SinkFigures.Of(heard.Sinks),
            Feed = heard.Feed,
            Arrived = heard.Arrived,
            Troubles = troubles,
        };
    }

    private IEnumerable<TroubleSign> Signs(Heard heard)
    {
        IEnumerable<Trouble> ofTheFeed = feedReport.Troubles(heard.Failback, heard.Feed, heard.Arrived, heard.Now, heard.ListeningSince);
        return [
            .. HearingSigns.Of(heard), .. ReportedSigns.Of(heard), .. RowSigns.Of(heard),
            .. ofTheFeed.Select(trouble => new TroubleSign(trouble))];
    }

    private FailbackCondition Condition(Heard heard, IReadOnlyList<Trouble> troubles)
    {
        bool dated = false;
        FailbackCondition condition = Judgement.Of(heard, troubles, code =>
        {
            dated = true;
            return conditionDates.Since(heard.Name, code, heard.Now);
        });
        if (!dated) conditionDates.Forget(heard.Name);
        DateTimeOffset created = heard.Failback.CreatedAt;
        return condition.Since < created ? condition with { Since = created } : condition;
    }

    private static FailbackActivity Activity(Heard heard, bool silent)
    {
        if (heard.Failback.State == RunState.Paused) return FailbackActivity.Paused;
        if (silent) return FailbackActivity.Silent;
        // After stop the appliers go on until the queues are empty.
        int reported = heard.Tables.Where(table => heard.IsFresh(table.ReportedAt)).Select(table => Reported.IndexOf(table.Activity))
            .DefaultIfEmpty(-1).Max();
        if (reported >= 0) return Word.Parse<FailbackActivity>(Reported[reported]);
        return heard.IsRunning ? FailbackActivity.Starting : FailbackActivity.Idle;
    }

    private static RowTotals Totals(IReadOnlyList<TableStatus> tables) => new(
        tables.Sum(table => table.Progress.Received),
        tables.Sum(table => table.Progress.Applied),
        tables.Sum(table => table.Progress.Superseded),
        tables.Sum(table => table.Progress.Filtered),
        tables.Sum(table => table.Progress.DeadLettered),
        tables.Sum(table => table.Progress.InFlight));
}
