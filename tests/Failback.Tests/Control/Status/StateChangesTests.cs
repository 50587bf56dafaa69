using Failback.Control.Storage;
using Xunit;

namespace Failback.Tests.Control.Status;

/// <summary>A waiter wakes at the next change, at once where it has missed one, and at the latest after its time.</summary>
public sealed class StateChangesTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private readonly StateChanges _changes = new();

    [Fact]
    public async Task A_change_wakes_every_waiter()
    {
        Task[] waiting = [Wait(0, Long), Wait(0, Long)];
        Assert.All(waiting, one => Assert.False(one.IsCompleted));
        _changes.Mark();
        await Task.WhenAll(waiting);
        Assert.Equal(1, _changes.Count);
    }

    [Fact]
    public async Task A_change_that_was_missed_is_not_waited_for()
    {
        _changes.Mark();
        await Wait(0, Long);
        Task next = Wait(1, Long);
        Assert.False(next.IsCompleted);
        _changes.Mark();
        await next;
    }

    [Fact]
    public async Task Without_a_change_the_time_ends_the_wait() => await Wait(0, TimeSpan.FromMilliseconds(1));

    [Fact]
    public async Task The_end_of_the_process_ends_the_wait()
    {
        using var end = new CancellationTokenSource();
        Task waiting = _changes.WaitAsync(0, Long, TimeProvider.System, end.Token);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private Task Wait(long seen, TimeSpan atMost) =>
        _changes.WaitAsync(seen, atMost, TimeProvider.System, TestContext.Current.CancellationToken);
}
