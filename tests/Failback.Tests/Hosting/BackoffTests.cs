using Failback.Hosting.Retrying;
using Xunit;

namespace Failback.Tests.Hosting;

/// <summary>Waits double from the first to the longest one and never exceed it.</summary>
public sealed class BackoffTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(6, 32)]
    [InlineData(7, 60)]
    [InlineData(int.MaxValue, 60)]
    public void A_wait_is_between_half_and_the_whole_of_its_step(int failures, int seconds)
    {
        var waits = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        for (int i = 0; i < 100; i++)
            Assert.InRange(waits.Delay(failures), TimeSpan.FromSeconds(seconds / 2.0), TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public void Processes_that_failed_together_wait_for_different_times() =>
        Assert.True(
            Enumerable.Range(0, 100).Select(_ => new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60)).Delay(9)).Distinct()
            .Count() > 50);
}
