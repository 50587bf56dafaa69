using Failback.Apply.Groups;
using Failback.Contracts;
using Xunit;

namespace Failback.Tests.Apply.Groups;

public sealed class SenderWatchTests
{
    private readonly SenderWatch _watch = new();
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void One_feed_grows_repeats_and_steps_back_once_in_a_while()
    {
        for (int restart = 0; restart < 20; restart++)
        {
            for (int i = 0; i < 30; i++) Note(1_000 + (restart * 20) + i);
            Note(1_000 + (restart * 20) + 29);
        }

        Assert.False(_watch.IsSuspected);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(1)]
    public void Two_feeds_go_back_and_forth_however_near_they_are(int behind)
    {
        for (int i = 0; i < 10; i++)
        {
            Note(10_000 + (i * 10));
            Note(10_000 + (i * 10) - behind);
        }

        Assert.True(_watch.IsSuspected);
        for (int i = 0; i < 70; i++) Note(20_000 + i);
        Assert.False(_watch.IsSuspected);
    }

    private void Note(long wall)
    {
        _now = _now.AddSeconds(1);
        _watch.Note(new HlcTimestamp(wall, 0), _now);
    }
}
