using System.Globalization;
using Failback.Contracts;
using Failback.Contracts.Api;
using Failback.Contracts.Words;
using Failback.Control.Progress;

namespace Failback.Control.Status;

/// <summary>
/// The condition of a failback, computed from what was heard and from nothing else. It is <c>ok</c> only by fresh evidence of every part:
/// what is not proven well is not well.
/// </summary>
internal static class Judgement
{
    /// <param name="heard">What was heard.</param>
    /// <param name="troubles">Troubles that follow from it.</param>
    /// <param name="since">Since when a failback without troubles is as it is, by code.</param>
    public static FailbackCondition Of(Heard heard, IReadOnlyList<Trouble> troubles, Func<string, DateTimeOffset> since)
    {
        if (Order(heard) is { } order) return With(order.State, order.Code, order.What, order.Next);
        Trouble? first = troubles.Where(trouble => TroubleCodes.MeaningOf(trouble.Code) != TroubleMeaning.Warns)
            .OrderBy(trouble => TroubleCodes.Weight(trouble.Code)).FirstOrDefault();
        if (first is not null)
            return new FailbackCondition(
                TroubleCodes.MeaningOf(first.Code) switch
                {
                    TroubleMeaning.Silence => ConditionState.Unknown,
                    TroubleMeaning.Delays => ConditionState.CatchingUp,
                    _ => ConditionState.Held,
                },
                first.Code, first.Since ?? heard.Now, first.Message, first.Next);
        if (Lacking(heard) is { } lack) return With(ConditionState.Unknown, "not_heard", lack, null);
        HlcTimestamp applied = heard.Applied!.Value;
        string through = string.Create(
            CultureInfo.InvariantCulture,
            $"applied through {applied.Time:yyyy-MM-dd HH:mm:ss}Z, {Math.Max(0, (heard.Now - applied.Time).TotalSeconds):0.0} s behind");
        return IsBehind(heard)
            ? With(ConditionState.CatchingUp, "catching_up", through, null)
            : With(ConditionState.Ok, "up_to_date", through, null);

        FailbackCondition With(ConditionState state, string code, string what, string? next) => new(state, code, since(code), what, next);
    }

    /// <summary>What is so because an operator wants it; null: the failback runs.</summary>
    private static (ConditionState State, string Code, string What, string? Next)? Order(Heard heard)
    {
        string name = heard.Name;
        string missing = string.Join(", ", heard.Missing);
        return Acknowledgements.Shown(heard.Failback, heard.Missing) switch
        {
            FailbackState.Created => (ConditionState.Held, "not_started", "not started: no row is taken", $"failback start {name}"),
            FailbackState.Paused => (
                ConditionState.Held, "paused", "paused by an operator: rows wait in the queues", $"failback resume {name}"),
            FailbackState.Stopped when heard.Tables.Any(table => heard.IsFresh(table.ReportedAt) && table.Progress.InFlight > 0) => (
                ConditionState.CatchingUp, "draining", "stopped: no row is taken, what was queued is being applied", null),
            FailbackState.Stopped => (
                ConditionState.Held, "stopped", "stopped by an operator: no row is taken", $"failback start {name}"),
            FailbackState.Pausing => (
                ConditionState.Unknown, "pausing", $"a pause was ordered; {missing} may still write until it acknowledges", null),
            FailbackState.Stopping => (
                ConditionState.Unknown, "stopping", $"a stop was ordered; {missing} may still take or apply rows until it acknowledges",
                null),
            FailbackState.Deleted => (ConditionState.Unknown, "deleting", "the failback is being removed", null),
            _ => null,
        };
    }

    /// <summary>Which part there is no fresh word of; null: every part was heard of.</summary>
    private static string? Lacking(Heard heard)
    {
        if (heard.BrokerAwaySince is not null) return "control is connecting to the broker";
        if (heard.Tables.Count == 0) return "no table is part of the failback";
        int quiet = heard.Tables.Count(table => !heard.IsFresh(table.ReportedAt));
        if (quiet > 0) return $"no applier has reported about {quiet} of {heard.Tables.Count} tables yet";
        if (heard.Tables.Any(table => table.Condition != TableState.Running))
            return "not every table says that it runs";
        if (!heard.Pulses.Any(pulse => pulse.IsSink && heard.IsFresh(pulse.At) && pulse.Pulse.Problem is null))
            return "no sink was heard of yet";
        if (heard.Arrived is null) return "no resolved timestamp has arrived yet";
        if (heard.Now - heard.Arrived.Value.Time > heard.Terms.LagWarning) return "the last resolved timestamp is old";
        return heard.Applied is null ? "not every table has an applied timestamp yet" : null;
    }

    private static bool IsBehind(Heard heard) => heard.Arrived!.Value.Time - heard.Applied!.Value.Time > HearingTerms.Moment
        || heard.Tables.Any(table => table.Progress is { OpenLetters: > 0 } or { WaitingLetters: > 0 });
}
