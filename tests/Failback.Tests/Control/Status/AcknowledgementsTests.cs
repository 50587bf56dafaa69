using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Control.Progress;
using Failback.Control.Registry;
using Xunit;

namespace Failback.Tests.Control.Status;

/// <summary>Paused and stopped are said by what owners and sinks have said themselves.</summary>
public sealed class AcknowledgementsTests
{
    private const long Ordered = 7;
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(1);
    private static readonly TimeSpan SilentAfter = TimeSpan.FromSeconds(10);

    /// <summary>State, what owner a says (revision, at work, seconds ago; negative: nothing), what is missing.</summary>
    [Theory]
    [InlineData(RunState.Running, 6, true, 1, "")]
    [InlineData(RunState.Paused, 6, true, 1, "a")]
    [InlineData(RunState.Paused, 6, false, 1, "a")]
    [InlineData(RunState.Paused, 7, true, 1, "a")]
    [InlineData(RunState.Paused, 7, false, 1, "")]
    [InlineData(RunState.Paused, 8, false, 1, "")]
    [InlineData(RunState.Paused, 7, false, 900, "")]
    [InlineData(RunState.Paused, 6, true, 900, "a")]
    [InlineData(RunState.Paused, -1, false, 0, "a")]
    [InlineData(RunState.Stopped, 6, true, 1, "a")]
    [InlineData(RunState.Stopped, 7, true, 1, "")]
    [InlineData(RunState.Stopped, -1, false, 0, "a")]
    public void An_owner_counts_once_it_says_that_it_works_by_the_order(RunState state, long revision, bool atWork, int ago, string missing)
    {
        HeardPulse[] pulses = revision < 0 ? [] : [Applier("a", revision, state, atWork, ago)];
        Assert.Equal(missing, Missing(state, ["a"], pulses));
    }

    [Fact]
    public void A_replica_that_is_at_work_is_an_owner_although_it_has_reported_no_table()
    {
        Assert.Equal("b", Missing(RunState.Paused, [], [Applier("b", 6, RunState.Running, true, 1)]));
        Assert.Equal("", Missing(RunState.Paused, [], [Applier("b", 6, RunState.Running, false, 1)]));
    }

    [Theory]
    [InlineData(6, "a")]
    [InlineData(7, "")]
    [InlineData(9, "")]
    public void A_silent_owner_is_not_waited_for_once_another_replica_has_fenced_it_for_this_pause(long fenced, string missing)
    {
        HeardPulse other = Applier("b", 7, RunState.Paused, false, 1, fenced);
        Assert.Equal(missing, Missing(RunState.Paused, ["a"], [Applier("a", 6, RunState.Running, true, 60), other]));
        Assert.Equal("a", Missing(RunState.Paused, ["a"], [Applier("a", 6, RunState.Running, true, 1), other]));
    }

    [Theory]
    [InlineData(6, false, 1, "s")]
    [InlineData(7, true, 1, "s")]
    [InlineData(7, false, 1, "")]
    [InlineData(6, false, 60, "")]
    public void A_stop_waits_for_the_requests_of_every_sink_that_is_heard_of(long revision, bool atWork, int ago, string missing)
    {
        HeardPulse sink = Pulse("sink", "s", new FailbackStanding("shop", revision, RunState.Stopped) { IsAtWork = atWork }, ago);
        Assert.Equal(missing, Missing(RunState.Stopped, [], [sink]));
        Assert.Equal("", Missing(RunState.Paused, [], [sink]));
    }

    [Fact]
    public void Appliers_of_another_dialect_have_no_say() =>
        Assert.Equal("", Missing(RunState.Paused, [], [
            Pulse("applier-mysql", "m", new FailbackStanding("shop", 6, RunState.Running) { IsAtWork = true }, 1)]));

    [Theory]
    [InlineData(RunState.Created, false, FailbackState.Created)]
    [InlineData(RunState.Running, false, FailbackState.Running)]
    [InlineData(RunState.Paused, true, FailbackState.Pausing)]
    [InlineData(RunState.Paused, false, FailbackState.Paused)]
    [InlineData(RunState.Stopped, true, FailbackState.Stopping)]
    [InlineData(RunState.Stopped, false, FailbackState.Stopped)]
    public void The_state_that_is_said_depends_on_who_is_missing(RunState state, bool missing, FailbackState shown) =>
        Assert.Equal(shown, Acknowledgements.Shown(Record(state), missing ? ["a"] : []));

    private static string Missing(RunState state, string[] owners, HeardPulse[] pulses) =>
        string.Join(' ', Acknowledgements.Missing(Record(state), owners, pulses, Now, SilentAfter));

    private static FailbackRecord Record(RunState state) => StateFolder.Record("shop") with { State = state, StateRevision = Ordered };

    private static HeardPulse Applier(string replica, long revision, RunState state, bool atWork, int ago, long fenced = 0) => Pulse(
        "applier-postgres", replica, new FailbackStanding("shop", revision, state) { IsAtWork = atWork, FencedRevision = fenced }, ago);

    private static HeardPulse Pulse(string service, string replica, FailbackStanding standing, int ago) =>
        new(Now - TimeSpan.FromSeconds(ago), new ServicePulse(service, replica) { Failbacks = [standing] });
}
