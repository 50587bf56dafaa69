using Failback.Hosting.Logging;
using Failback.Testing;
using Xunit;

namespace Failback.Tests.Hosting;

public sealed class RepeatedLinesTests
{
    [Fact]
    public void One_line_a_minute_is_written_and_tells_how_many_were_not()
    {
        var time = new SteppedTime(TimeProvider.System.GetUtcNow());
        var lines = new RepeatedLines(time);
        Assert.Equal(0, lines.Take("a"));
        for (int i = 0; i < 3000; i++) Assert.Null(lines.Take("a"));
        Assert.Equal(0, lines.Take("b"));
        time.Step(RepeatedLines.Every);
        Assert.Equal(3000, lines.Take("a"));
        Assert.Equal(0, lines.Take("b"));
        Assert.Null(lines.Take("a"));
    }

    [Fact]
    public void Keys_without_end_are_bounded()
    {
        var lines = new RepeatedLines(new SteppedTime(TimeProvider.System.GetUtcNow()));
        for (int i = 0; i < 5000; i++) Assert.Equal(0, lines.Take($"{i}"));
    }
}
