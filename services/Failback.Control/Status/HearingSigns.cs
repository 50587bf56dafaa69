using System.Globalization;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Control.Progress;

namespace Failback.Control.Status;

/// <summary>Signs of parts that are silent, or that say that they cannot work: broker, appliers, sinks, target.</summary>
internal static class HearingSigns
{
    public static IEnumerable<TroubleSign> Of(Heard heard)
    {
        if (heard.BrokerAwaySince is { } away && heard.Failback.State != RunState.Created)
        {
            // Everything is silent then: one reason is said, not its consequences.
            yield return new TroubleSign(new Trouble(
                TroubleCodes.BrokerUnavailable, null,
                $"control neither hears nor reaches sinks and appliers: {heard.BrokerProblem}. What is shown of rows is of before "
                    + $"{Time(away)}; orders are carried out when it is back")
            { Since = away, Next = "start RabbitMQ or correct Failback__RabbitMq__Uri; every process connects again by itself" })
            { After = HearingTerms.PassingOutage };
            yield break;
        }

        foreach (Trouble trouble in Acknowledgement(heard).Concat(Appliers(heard)).Concat(Sinks(heard))) yield return new(trouble);
    }

    private static IEnumerable<Trouble> Acknowledgement(Heard heard)
    {
        if (heard.Missing.Count == 0 || heard.Now - heard.Failback.StateSince <= HearingTerms.AcknowledgedWithin) yield break;
        string order = heard.Failback.State == RunState.Paused ? "the pause" : "the stop";
        yield return new Trouble(
            TroubleCodes.NotAcknowledged, null,
            $"{string.Join(", ", heard.Missing)} has not acknowledged {order} that was ordered at {Time(heard.Failback.StateSince)}, and "
                + "may still write to the target")
        {
            Since = heard.Failback.StateSince,
            Count = heard.Missing.Count,
            Next = $"see what became of it; another replica of applier-{heard.Failback.Dialect} fences one that is gone",
        };
    }

    private static IEnumerable<Trouble> Appliers(Heard heard)
    {
        string service = "applier-" + heard.Failback.Dialect;
        foreach (HeardPulse pulse in heard.Pulses.Where(pulse => !pulse.IsSink && heard.IsFresh(pulse.At)))
        {
            FailbackStanding? standing = pulse.Of(heard.Name);
            if (standing?.Problem is { } problem && heard.Failback.IsStarted)
                yield return new Trouble(TroubleCodes.ApplierUnable, null, $"{pulse.Replica} cannot work on the failback: {problem}")
                { Next = $"see the log of {service}" };
            if (standing is { IsAtWork: true, TargetSilentSeconds: { } silence } && silence > heard.Terms.SilentAfter.TotalSeconds)
                yield return new Trouble(
                    TroubleCodes.TargetSilent, null, $"the target has not answered {pulse.Replica} for {Seconds(silence)}")
                { Since = pulse.At - TimeSpan.FromSeconds(silence), Next = "see that the target answers; the applier goes on by itself" };
        }

        if (!heard.IsRunning || heard.Tables.Count == 0) yield break;
        TableStatus[] quiet = [.. heard.Tables.Where(table => heard.SilenceSince(table.ReportedAt) > heard.Terms.SilentAfter)];
        TableStatus[] busy = [.. quiet.Where(table => heard.LivingOwner(table) is { IsAtWork: true })];
        TableStatus[] silent = [.. quiet.Except(busy)];
        if (silent.Length > 0)
        {
            TimeSpan longest = silent.Max(table => heard.SilenceSince(table.ReportedAt));
            yield return new Trouble(
                TroubleCodes.ApplierSilent, null,
                $"no applier has reported about {silent.Length} of {heard.Tables.Count} tables for {Seconds(longest.TotalSeconds)}; "
                    + $"{Who(silent, service)}")
            {
                Since = heard.Now - longest,
                Count = silent.Length,
                Next = $"check that {service} runs and reaches the broker; its log says more",
            };
        }

        foreach (IGrouping<string?, TableStatus> group in busy.GroupBy(table => table.Replica, StringComparer.Ordinal))
        {
            TimeSpan longest = group.Max(table => heard.SilenceSince(table.ReportedAt));
            yield return new Trouble(
                TroubleCodes.ApplierBusy, null,
                $"{group.Key} lives and has been at work on {group.Count()} of {heard.Tables.Count} tables for "
                    + $"{Seconds(longest.TotalSeconds)} without an end: {Work(heard.LivingOwner(group.First())!)}")
            { Since = heard.Now - longest, Count = group.Count(), Next = "look at the statements that run in the target" };
        }
    }

    private static string Who(TableStatus[] silent, string service)
    {
        string[] owners = [.. silent.Select(table => table.Replica).OfType<string>().Distinct(StringComparer.Ordinal)];
        return owners.Length == 0 ? $"{service} was never heard of" : $"last heard of: {string.Join(", ", owners)}";
    }

    private static string Work(FailbackStanding owner) => owner.BusySeconds is { } seconds
        ? $"one transaction on {owner.BusyTable} for {Seconds(seconds)}"
        : "it is taking tables over, or waits for the target";

    private static IEnumerable<Trouble> Sinks(Heard heard)
    {
        if (!heard.Failback.IsStarted) yield break;
        HeardPulse[] sinks = [.. heard.Pulses.Where(pulse => pulse.IsSink)];
        HeardPulse[] heardOf = [.. sinks.Where(sink => heard.IsFresh(sink.At))];
        DateTimeOffset? last = sinks.Length == 0 ? null : sinks.Max(sink => sink.At);
        if (heardOf.Length == 0)
        {
            TimeSpan silence = heard.SilenceSince(last);
            if (silence <= heard.Terms.SilentAfter) yield break;
            yield return new Trouble(
                TroubleCodes.SinkSilent, null,
                $"no sink was heard of for {Seconds(silence.TotalSeconds)}; "
                    + (sinks.Length == 0 ? "none ever was" : $"the last was {sinks.MaxBy(sink => sink.At)!.Replica}")
                    + ". Rows wait in CockroachDB")
            { Since = heard.Now - silence, Next = "check that the sink runs and reaches the broker" };
            yield break;
        }

        HeardPulse[] unable = [.. heardOf.Where(sink => sink.Pulse.Problem is not null)];
        if (unable.Length == 0) yield break;
        bool all = unable.Length == heardOf.Length;
        yield return new Trouble(
            all ? TroubleCodes.SinkUnable : TroubleCodes.SinkReplicaUnable, null,
            $"{unable.Length} of {heardOf.Length} sinks take no rows: {unable[0].Pulse.Problem}. "
                + (all ? "Rows wait in CockroachDB" : "The others do"))
        { Count = unable.Length, Next = "remove the cause at RabbitMQ; the sink goes on by itself" };
    }

    private static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s");

    private static string Time(DateTimeOffset at) => at.ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
