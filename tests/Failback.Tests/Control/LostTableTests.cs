using Failback.Contracts.Api;
using Failback.Control.Changefeeds;
using Xunit;

namespace Failback.Tests.Control;

public sealed class LostTableTests
{
    [Theory]
    [InlineData("failed", "\"db.public.orders\" was dropped", "", "source_table_dropped")]
    [InlineData("failed", "\"db.public.orders\" was dropped or truncated", "", "source_table_dropped")]
    [InlineData("failed", "CHANGEFEED cannot target tables: \"db.public.orders\" was truncated", "", "source_table_truncated")]
    [InlineData(
        "paused", "", "job failed (\"db.public.orders\" was truncated) but is being paused because of on_error=pause",
        "source_table_truncated")]
    public void A_feed_that_ended_with_a_table_names_it_and_the_calls(string status, string error, string runningStatus, string code)
    {
        Trouble trouble = LostTable.Of(
            new ManagedFeed
            {
                Status = status,
                Error = error,
                RunningStatus = runningStatus,
                JobId = "7",
                HighWater = "1800000000000000000.0000000001"
            })!;
        Assert.Equal((code, "db.public.orders"), (trouble.Code, trouble.Table));
        Assert.Contains("go on from 1800000000000000000.0000000001", trouble.Message, StringComparison.Ordinal);
        Assert.Contains("scanAdded=true", trouble.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("batch timestamp must be after replica GC threshold")]
    [InlineData("")]
    public void Another_end_is_not_about_a_table(string error) =>
    Assert.Null(LostTable.Of(new ManagedFeed { Status = "failed", Error = error }));
}
