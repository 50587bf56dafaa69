using Failback.Apply.Groups;
using Failback.Apply.Staging;
using Failback.Contracts;
using Failback.Contracts.Control;
using Xunit;

namespace Failback.Tests.Apply.Groups;

/// <summary>What letters do to the watermark of a table.</summary>
public sealed class GroupTableTests
{
    [Theory]
    [InlineData(0, 0, "0.0", "20.0")]
    [InlineData(1, 0, "15.0", "14.2147483647")]
    [InlineData(0, 1, "15.3", "15.2")]
    [InlineData(2, 3, "20.0", "19.2147483647")]
    [InlineData(1, 0, "25.0", "20.0")]
    public void The_oldest_letter_that_waits_or_is_open_holds_the_watermark(long waiting, long open, string oldest, string applied)
    {
        var table = new GroupTable(0, new TableRoute { Source = "shop.t", Target = "shop.t", Queue = "q" }, Sample.Table("id", "id"))
        {
            Letters = new OpenLetters("shop.t", HlcTimestamp.Parse(oldest), waiting, open),
        };
        table.Checkpoint = table.Checkpoint with { Resolved = Sample.At(20) };
        Assert.Equal(HlcTimestamp.Parse(applied), table.AppliedResolved);
    }
}
