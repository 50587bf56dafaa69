using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Sink.Bodies;
using Failback.Sink.Counters;
using Failback.Sink.Feeds;
using Failback.Sink.Reading;
using Failback.Sink.Settings;
using Failback.Sink.Webhook;
using Failback.Testing;
using Microsoft.Extensions.Options;
using Xunit;

namespace Failback.Tests.Sink;

public sealed class ClockGuardTests
{
    private readonly SteppedTime _time = new();
    private readonly FeedCounters _counters;
    private readonly Feed _feed;

    public ClockGuardTests()
    {
        _counters = new FeedCounters("hr", "", _time);
        _feed = new Feed(Bodies.Spec, new TopicRouter(Bodies.Spec.Tables), _counters);
    }

    [Theory]
    [InlineData(-3600, true)]
    [InlineData(0, true)]
    [InlineData(10, true)]
    [InlineData(11, false)]
    [InlineData(174 * 365 * 86400L, false)]
    public void Takes_what_a_clock_that_is_ahead_may_say_and_nothing_later(long seconds, bool taken)
    {
        string at = HlcTimestamp.FromTime(_time.GetUtcNow().AddSeconds(seconds)).ToString();
        string early = HlcTimestamp.FromTime(_time.GetUtcNow().AddSeconds(-5)).ToString();
        foreach (string body in (string[])[
            $$"""{"resolved":"{{at}}"}""", Bodies.Batch(Bodies.Row(updated: at)),
            Bodies.Batch(Bodies.Row(updated: at), Bodies.Row(updated: early)), $$"""{"resolved":"{{at}}?"}"""])
        {
            RefusedException? refused = Check(body);
            Assert.Equal(taken, refused is null);
            if (refused is not null) Assert.Equal((503, true), (refused.Status, refused.Message.Contains(at, StringComparison.Ordinal)));
        }

        Assert.Equal(taken, _counters.Report("s1").TimestampInFuture is null);
    }

    [Fact]
    public void A_row_of_the_future_in_a_table_that_is_set_aside_is_refused_as_well()
    {
        string at = HlcTimestamp.FromTime(_time.GetUtcNow().AddDays(1)).ToString();
        Assert.NotNull(Check(Bodies.Batch(Bodies.Row(topic: "nowhere", updated: at)), aside: true));
        Assert.Null(Check(Bodies.Batch()));
    }

    [Fact]
    public void The_warning_stands_for_a_minute_after_the_last_refusal()
    {
        Check($$"""{"resolved":"{{HlcTimestamp.FromTime(_time.GetUtcNow().AddHours(1))}}"}""");
        _time.Step(TimeSpan.FromSeconds(59));
        Assert.NotNull(_counters.Report("s1").TimestampInFuture);
        _time.Step(TimeSpan.FromSeconds(2));
        Assert.Null(_counters.Report("s1").TimestampInFuture);
    }

    private RefusedException? Check(string body, bool aside = false)
    {
        ChangefeedBody content = Bodies.Read(
            body, aside ? Bodies.Spec with { OnUnknownTable = UnknownTablePolicy.DeadLetter } : null);
        return (RefusedException?)Record.Exception(() => new ClockGuard(Options.Create(new SinkOptions()), _time).Check(_feed, content));
    }
}
