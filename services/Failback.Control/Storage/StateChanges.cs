namespace Failback.Control.Storage;

/// <summary>
/// Counts what this process has changed of failbacks and changefeeds, so that readers of a copy know when theirs is older.
/// </summary>
internal sealed class StateChanges
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _count;

    /// <summary>Changes so far; each is counted after its commit.</summary>
    public long Count => Interlocked.Read(ref _count);

    public void Mark()
    {
        lock (_gate)
        {
            Interlocked.Increment(ref _count);
            _next.SetResult();
            _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Waits until there are more changes than were seen, or a time has passed.</summary>
    public async Task WaitAsync(long seen, TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        Task next;
        lock (_gate)
        {
            if (_count > seen) return;
            next = _next.Task;
        }

        // The time that has passed is no failure.
        await next.WaitAsync(atMost, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
