using Failback.Sink.Counters;
using Failback.Sink.Reading;
using Failback.Testing;
using Xunit;

namespace Failback.Tests.Sink;

public sealed class FeedCountersTests
{
    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(429)]
    public void A_stranger_does_not_make_a_feed_that_works_look_wrong(int status)
    {
        var time = new SteppedTime(TimeProvider.System.GetUtcNow());
        var counters = new FeedCounters("shop", "", time);
        counters.Accepted(new ChangefeedBody([], 1, null));
        counters.Refused(status, "wrong credentials");
        Assert.Null(counters.Report("r").LastError);
        Assert.Equal(1, counters.Report("r").RejectedRequests);
        counters.Refused(400, "the body is empty");
        Assert.Equal("the body is empty", counters.Report("r").LastError);
        // The changefeed itself comes with these credentials now.
        time.Step(TimeSpan.FromMinutes(2));
        counters.Refused(status, "wrong credentials");
        Assert.Equal("wrong credentials", counters.Report("r").LastError);
    }
}
