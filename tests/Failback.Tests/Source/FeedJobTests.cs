using Failback.Source;
using Xunit;

namespace Failback.Tests.Source;

/// <summary>What the status of a job says about it: one that is not over still counts as the failback's feed.</summary>
public sealed class FeedJobTests
{
    [Theory]
    [InlineData("pending", false, false, false)]
    [InlineData("running", false, false, false)]
    [InlineData("retrying", false, false, false)]
    [InlineData("pause-requested", false, false, true)]
    [InlineData("paused", false, false, true)]
    [InlineData("cancel-requested", false, true, false)]
    [InlineData("reverting", false, true, false)]
    [InlineData("canceled", true, false, false)]
    [InlineData("failed", true, false, false)]
    [InlineData("succeeded", true, false, false)]
    [InlineData("revert-failed", true, false, false)]
    [InlineData("a word of a later release", false, false, false)]
    public void A_job_goes_on_is_ending_or_is_over(string status, bool over, bool ending, bool paused)
    {
        var job = new FeedJob("1", status, "", null, "", "", []);
        Assert.Equal((over, ending, paused), (job.IsOver, job.IsEnding, job.IsPaused));
    }
}
