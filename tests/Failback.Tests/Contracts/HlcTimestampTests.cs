using Failback.Contracts;
using Xunit;

namespace Failback.Tests.Contracts;

/// <summary>Timestamps at their edges: text, order, the reading before.</summary>
public sealed class HlcTimestampTests
{
    [Theory]
    [InlineData("1759246920563173000.0000000000", 1759246920563173000, 0)]
    [InlineData("1759246920563173000.0000000007?", 1759246920563173000, 7)]
    [InlineData("0.0000000000", 0, 0)]
    [InlineData("5", 5, 0)]
    [InlineData("5.1", 5, 1)]
    [InlineData("9223372036854775807.2147483647", long.MaxValue, int.MaxValue)]
    public void Reads_what_CockroachDB_writes(string text, long wall, int logical) =>
    Assert.Equal(new HlcTimestamp(wall, logical), HlcTimestamp.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData(".")]
    [InlineData("5.")]
    [InlineData(".5")]
    [InlineData("-5.0")]
    [InlineData("+5.0")]
    [InlineData("5.-1")]
    [InlineData("5.0.0")]
    [InlineData(" 5.0")]
    [InlineData("5.0 ")]
    [InlineData("5.0??")]
    [InlineData("1e9.0")]
    [InlineData("9223372036854775808.0")]
    [InlineData("5.2147483648")]
    [InlineData("٥.0")]
    public void Anything_else_is_refused(string? text)
    {
        Assert.False(HlcTimestamp.TryParse(text, out HlcTimestamp value));
        Assert.Equal(HlcTimestamp.Zero, value);
        Assert.Throws<FormatException>(() => HlcTimestamp.Parse(text ?? ""));
    }

    [Theory]
    [InlineData(0, 0, "0.0000000000")]
    [InlineData(1759246920563173000, 12, "1759246920563173000.0000000012")]
    [InlineData(long.MaxValue, int.MaxValue, "9223372036854775807.2147483647")]
    public void Writes_the_form_that_it_reads(long wall, int logical, string text)
    {
        Assert.Equal(text, new HlcTimestamp(wall, logical).ToString());
        Assert.Equal(new HlcTimestamp(wall, logical), HlcTimestamp.Parse(text));
    }

    [Theory]
    [InlineData("5.1", "5.2")]
    [InlineData("5.2147483647", "6.0")]
    [InlineData("9.0", "10.0")]
    [InlineData("0.0", "0.1")]
    public void Orders_by_the_clock_and_then_by_the_counter(string earlier, string later)
    {
        (HlcTimestamp one, HlcTimestamp other) = (HlcTimestamp.Parse(earlier), HlcTimestamp.Parse(later));
        Assert.True(one < other && one <= other && other > one && other >= one && one != other);
        Assert.False(one > other || one >= other || other < one || other <= one);
        Assert.True(HlcTimestamp.Zero <= one && other <= HlcTimestamp.Max);
    }

    [Theory]
    [InlineData("5.7", "5.6")]
    [InlineData("5.0", "4.2147483647")]
    [InlineData("0.1", "0.0")]
    [InlineData("0.0", "0.0")]
    public void The_reading_before_has_none_between(string reading, string before) =>
    Assert.Equal(HlcTimestamp.Parse(before), HlcTimestamp.Parse(reading).Previous);

    [Fact]
    public void A_point_in_time_is_kept_to_100_nanoseconds()
    {
        var time = new DateTimeOffset(2026, 2, 28, 23, 59, 59, TimeSpan.FromHours(2));
        Assert.Equal(time, HlcTimestamp.FromTime(time).Time);
        Assert.Equal(time, (HlcTimestamp.FromTime(time) with { Logical = 9 }).Time);
        Assert.Equal(time.AddTicks(1), HlcTimestamp.FromTime(time.AddTicks(1)).Time);
    }
}
