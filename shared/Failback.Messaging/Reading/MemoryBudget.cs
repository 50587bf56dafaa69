namespace Failback.Messaging.Reading;

/// <summary>The bytes of messages that the readers of one process may hold, divided evenly between the active ones.</summary>
/// <param name="bytes">Bytes for all readers together.</param>
public sealed class MemoryBudget(long bytes)
{
    private int _active;

    /// <summary>Arrays for messages; up to half of the budget is kept for reuse.</summary>
    internal MessageArrays Arrays { get; } = new(bytes / 2);

    /// <summary>Bytes that one share may hold now.</summary>
    internal long PerShare => bytes / Math.Max(1, Volatile.Read(ref _active));

    internal void Join() => Interlocked.Increment(ref _active);

    internal void Leave() => Interlocked.Decrement(ref _active);
}
