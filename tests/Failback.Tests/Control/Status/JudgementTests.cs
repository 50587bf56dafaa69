using System.Globalization;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Control.Status;
using Xunit;

namespace Failback.Tests.Control.Status;

/// <summary>A failback is called well by fresh evidence of every part, and by nothing less.</summary>
public sealed class JudgementTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);
    private static readonly HearingTerms Terms = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(2));

    /// <summary>One thing at a time is taken away from a failback that is well.</summary>
    public static TheoryData<string, string, string> Lacks => new()
    {
        { "nothing", "ok", "up_to_date" },
        { "created", "held", "not_started" },
        { "paused", "held", "paused" },
        { "pausing", "unknown", "pausing" },
        { "stopped", "held", "stopped" },
        { "stopping", "unknown", "stopping" },
        { "draining", "catchingUp", "draining" },
        { "broker away", "unknown", "broker_unavailable" },
        { "broker away for a moment", "unknown", "not_heard" },
        { "control just listens", "unknown", "not_heard" },
        { "applier silent", "unknown", "applier_silent" },
        { "applier busy", "catchingUp", "applier_busy" },
        { "applier cannot open the target", "held", "applier_unable" },
        { "target silent", "held", "target_silent" },
        { "table halted", "held", "table_stopped" },
        { "table retrying", "held", "table_retrying" },
        { "continuity broken", "held", "continuity_broken" },
        { "script stopped", "held", "script_stopped" },
        { "row set aside", "held", "rows_set_aside" },
        { "row waiting", "held", "rows_waiting" },
        { "no sink", "unknown", "sink_silent" },
        { "sink without broker", "held", "sink_unable" },
        { "one of two sinks without broker", "ok", "up_to_date" },
        { "one queue behind", "held", "window_waiting" },
        { "far behind", "catchingUp", "apply_lagging" },
        { "a little behind", "catchingUp", "catching_up" },
        { "feed old", "held", "feed_lagging" },
        { "nothing arrived", "held", "no_first_resolved" },
        { "no tables", "unknown", "not_heard" },
    };

    [Theory]
    [MemberData(nameof(Lacks))]
    public void What_is_missing_decides_the_condition(string lack, string state, string code)
    {
        FailbackCondition condition = Judge(HeardCases.Lacking(lack, Now, Terms));
        Assert.Equal((state, code), (Word.Of(condition.State), condition.Code));
        Assert.NotEmpty(condition.What);
        Assert.True(condition.Since <= Now);
    }

    [Theory]
    [InlineData("applier silent", "applier-1")]
    [InlineData("no sink", "sink-1")]
    [InlineData("pausing", "applier-1")]
    [InlineData("broker away", "broker")]
    [InlineData("applier busy", "hr.a")]
    public void Who_is_silent_is_named(string lack, string name) => Assert.Contains(
        name, Judge(HeardCases.Lacking(lack, Now, Terms)).What, StringComparison.Ordinal);

    [Fact]
    public void Every_trouble_that_holds_has_a_time_and_a_next_step()
    {
        foreach (string lack in Lacks.Select(row => row.Data.Item1))
        {
            foreach (Trouble trouble in Troubles(HeardCases.Lacking(lack, Now, Terms)))
            {
                Assert.True(trouble.Since <= Now, $"{lack}: {trouble}");
                Assert.False(string.IsNullOrEmpty(trouble.Next), $"{lack}: {trouble}");
                Assert.True(TroubleCodes.Weight(trouble.Code) < TroubleCodes.All.Count, $"{trouble.Code} is in no list");
            }
        }
    }

    /// <summary>Whatever is heard: ok has fresh evidence, which is looked for here in another way than the judgement does.</summary>
    [Fact]
    public void Nothing_is_ok_without_fresh_evidence()
    {
        string? wanted = Environment.GetEnvironmentVariable("FAILBACK_SEED");
        int seed = int.TryParse(wanted, CultureInfo.InvariantCulture, out int given) ? given : Random.Shared.Next();
        var random = new Random(seed);
        int well = 0;
        for (int i = 0; i < 20_000; i++)
        {
            Heard heard = HeardCases.Any(random, Now, Terms);
            FailbackCondition condition = Judge(heard);
            if (condition.State != ConditionState.Ok) continue;
            well++;
            Assert.True(HasEvidence(heard), $"FAILBACK_SEED={seed}, round {i}: {condition} of {heard}");
        }

        Assert.True(well > 20, $"FAILBACK_SEED={seed}: only {well} of all were well, the draw is of no use");
    }

    private static bool HasEvidence(Heard heard)
    {
        DateTimeOffset fresh = Now - Terms.SilentAfter;
        return heard.Failback.State == RunState.Running && heard.BrokerAwaySince is null && heard.Tables.Count > 0
            && heard.Tables.All(t => t.ReportedAt >= fresh && t.Progress is
            {
                State: TableState.Running,
                Error: null,
                OpenLetters: 0,
                WaitingLetters: 0
            })
            && heard.Tables.All(t => t.Applied is { } at && heard.Arrived!.Value.Time - at.Time <= HearingTerms.Moment)
            && heard.Arrived is { } arrived && Now - arrived.Time <= Terms.LagWarning
            && heard.Pulses.Any(p => p.IsSink && p.At >= fresh && p.Pulse.Problem is null);
    }

    private static FailbackCondition Judge(Heard heard) => Judgement.Of(heard, Troubles(heard), _ => Now);

    private static IReadOnlyList<Trouble> Troubles(Heard heard) => HeardCases.Troubles(heard);
}
