namespace Failback.Messaging.Reading;

/// <summary>Bytes of messages that the readers of one process may hold, divided evenly between those at work.</summary>
/// <param name="bytes">For all together.</param>
public sealed class MemoryBudget(long bytes)
{
    private int _active;

    /// <summary>What messages lie in; half of the budget is kept for the next ones.</summary>
    internal MessageArrays Arrays { get; } = new(bytes / 2);

    /// <summary>What one share may hold now, in bytes.</summary>
    internal long PerShare => bytes / Math.Max(1, Volatile.Read(ref _active));

    internal void Join() => Interlocked.Increment(ref _active);

    internal void Leave() => Interlocked.Decrement(ref _active);
}
