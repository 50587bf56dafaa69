using Failback.Contracts;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Control.Changefeeds;
using Failback.Control.Progress;
using Failback.Control.Status;

namespace Failback.Tests.Control.Status;

/// <summary>What may be heard of a failback with two tables, one applier and one sink.</summary>
internal static class HeardCases
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    /// <summary>Everything is well.</summary>
    public static Heard Well(DateTimeOffset now, HearingTerms terms)
    {
        HlcTimestamp at = HlcTimestamp.FromTime(now - TimeSpan.FromSeconds(1));
        return new Heard
        {
            Failback = StateFolder.Record("shop") with
            {
                State = RunState.Running,
                StateSince = now - Long,
                Tables = [Route("hr.a"), Route("hr.b")],
            },
            Now = now,
            ListeningSince = now - Long,
            Terms = terms,
            Tables = [Table("hr.a", now, at), Table("hr.b", now, at)],
            Pulses = [Sink("sink-1", now, null), Applier(now, standing => standing)],
            Arrived = at,
        };
    }

    public static Heard Lacking(string what, DateTimeOffset now, HearingTerms terms)
    {
        Heard well = Well(now, terms);
        TimeSpan old = terms.SilentAfter + TimeSpan.FromSeconds(1);
        return what switch
        {
            "nothing" => well,
            "created" => Ordered(well, RunState.Created),
            "paused" => Ordered(well, RunState.Paused),
            "pausing" => Ordered(well, RunState.Paused) with { Missing = ["applier-1"] },
            "stopped" => Ordered(well, RunState.Stopped),
            "stopping" => Ordered(well, RunState.Stopped) with { Missing = ["sink-1"] },
            "draining" => First(Ordered(well, RunState.Stopped), t => t with { Progress = t.Progress with { InFlight = 7 } }),
            "broker away" => well with { BrokerAwaySince = now - old, BrokerProblem = "the broker cannot be reached" },
            "broker away for a moment" => well with { BrokerAwaySince = now - TimeSpan.FromSeconds(1), BrokerProblem = "it restarts" },
            "control just listens" => First(well, t => t with { ReportedAt = now - Long }) with { ListeningSince = now },
            "applier silent" => First(well, t => t with { ReportedAt = now - old }) with { Pulses = [Sink("sink-1", now, null)] },
            "applier busy" => First(well, t => t with { ReportedAt = now - old }) with
            {
                Pulses = [Sink("sink-1", now, null), Applier(now, s => s with { BusySeconds = 11, BusyTable = "hr.a" })],
            },
            "applier cannot open the target" => well with
            {
                Pulses = [Sink("sink-1", now, null), Applier(now, s => s with { Problem = "sealed with another key" })],
            },
            "target silent" => well with { Pulses = [Sink("sink-1", now, null), Applier(now, s => s with { TargetSilentSeconds = 12 })] },
            "table halted" => Reported(well, TableState.Stopped, null),
            "table retrying" => Reported(well, TableState.Retrying, null),
            "continuity broken" => Reported(well, TableState.Stopped, ContinuityCodes.Broken),
            "script stopped" => well with
            {
                Failback = well.Failback with { Script = new ScriptSpec(2, "", []) },
                Sinks = [(now, new SinkProgress { Failback = "shop", Replica = "sink-1", ScriptVersion = 2, ScriptError = "line 3" })],
            },
            "row set aside" => First(well, t => t with { Progress = t.Progress with { OpenLetters = 1 } }),
            "row waiting" => First(well, t => t with { Progress = t.Progress with { WaitingLetters = 1 } }),
            "no sink" => well with { Pulses = [Sink("sink-1", now - old, null), Applier(now, s => s)] },
            "sink without broker" => well with { Pulses = [Sink("sink-1", now, "memory alarm"), Applier(now, s => s)] },
            "one of two sinks without broker" => well with { Pulses = [.. well.Pulses, Sink("sink-2", now, "memory alarm")] },
            "one queue behind" => First(well, t => t with { Received = Before(now, 50) }),
            "far behind" => First(well, t => t with { Applied = Before(now, 500) }),
            "a little behind" => First(well, t => t with { Applied = Before(now, 50) }),
            "feed old" => well with
            {
                Arrived = Before(now, 200),
                Tables = [.. well.Tables.Select(t => t with { Applied = Before(now, 200), Received = Before(now, 200) })],
            },
            "nothing arrived" => well with
            {
                Arrived = null,
                Tables = [.. well.Tables.Select(t => t with { Applied = null, Received = null })],
            },
            "no tables" => well with { Tables = [] },
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, "no such case"),
        };
    }

    /// <summary>Several things at once, drawn.</summary>
    public static Heard Any(Random random, DateTimeOffset now, HearingTerms terms)
    {
        RunState[] states = [RunState.Running, RunState.Running, RunState.Running, RunState.Created, RunState.Paused, RunState.Stopped];
        Heard well = Well(now, terms);
        return well with
        {
            Failback = well.Failback with { State = states[random.Next(states.Length)], StateSince = Ago() },
            ListeningSince = Ago(),
            BrokerAwaySince = random.Next(6) == 0 ? Ago() : null,
            BrokerProblem = "away",
            Missing = random.Next(6) == 0 ? ["applier-1"] : [],
            Arrived = Reading(),
            Tables = [.. Enumerable.Range(0, random.Next(3)).Select(i => Table("hr.t" + i, Ago(), Reading()) with
            {
                Applied = Reading(),
                Condition = random.Next(6) == 0 ? TableState.Unknown : TableState.Running,
                Progress = new TableProgress
                {
                    Table = "hr.t" + i,
                    OpenLetters = random.Next(4) == 0 ? 1 : 0,
                    WaitingLetters = random.Next(4) == 0 ? 1 : 0,
                    Error = random.Next(6) == 0 ? "wrong" : null,
                },
            })],
            Pulses = [
                Sink("sink-1", Ago(), random.Next(4) == 0 ? "alarm" : null),
                Applier(Ago(), s => s with { IsAtWork = random.Next(2) == 0, Problem = random.Next(8) == 0 ? "no key" : null })],
        };

        DateTimeOffset Ago() => now - TimeSpan.FromSeconds(random.Next(3) == 0 ? random.Next(300) : random.Next(8));

        HlcTimestamp? Reading() => random.Next(8) == 0 ? null : HlcTimestamp.FromTime(Ago());
    }

    /// <summary>Signs that have lasted long enough, dated.</summary>
    public static IReadOnlyList<Trouble> Troubles(Heard heard)
    {
        IEnumerable<TroubleSign> signs = [
            .. HearingSigns.Of(heard), .. ReportedSigns.Of(heard), .. RowSigns.Of(heard),
            .. new FeedReport(StatusFolder.Choices).Troubles(heard.Failback, heard.Feed, heard.Arrived, heard.Now, heard.ListeningSince)
                .Select(trouble => new TroubleSign(trouble))];
        var dates = new TroubleDates(_ => []);
        dates.Stamp(heard.Name, signs, heard.Now - TimeSpan.FromMinutes(1));
        return dates.Stamp(heard.Name, signs, heard.Now);
    }

    private static Heard Ordered(Heard heard, RunState state) => heard with { Failback = heard.Failback with { State = state } };

    private static Heard First(Heard heard, Func<TableStatus, TableStatus> change) =>
        heard with { Tables = [change(heard.Tables[0]), .. heard.Tables.Skip(1)] };

    private static Heard Reported(Heard heard, TableState state, string? trouble) => First(heard, t => t with
    {
        Condition = state,
        Progress = t.Progress with { State = state, Error = "what is wrong", Trouble = trouble },
    });

    private static HlcTimestamp Before(DateTimeOffset now, int seconds) => HlcTimestamp.FromTime(now - TimeSpan.FromSeconds(seconds));

    private static TableRoute Route(string table) => new() { Source = "public." + table, Target = table, Queue = "q." + table };

    private static TableStatus Table(string name, DateTimeOffset reportedAt, HlcTimestamp? at) => new()
    {
        Route = Route(name),
        Condition = TableState.Running,
        Progress = new TableProgress { Table = name },
        Applied = at,
        Received = at,
        OldestLetter = null,
        Activity = "consistent",
        Replica = "applier-1",
        ReportedAt = reportedAt,
    };

    private static HeardPulse Sink(string replica, DateTimeOffset at, string? problem) =>
        new(at, new ServicePulse("sink", replica) { Problem = problem });

    private static HeardPulse Applier(DateTimeOffset at, Func<FailbackStanding, FailbackStanding> change) => new(
        at, new ServicePulse("applier-postgres", "applier-1")
        {
            Failbacks = [change(new FailbackStanding("shop", 1, RunState.Running) { IsAtWork = true })],
        });
}
