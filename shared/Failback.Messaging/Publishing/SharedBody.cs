namespace Failback.Messaging.Publishing;

/// <summary>
/// Bytes of a request that several queues publish from. The memory is given back when the last holder lets go, so a request that was
/// already answered cannot pull it away from a publication that is still being written.
/// </summary>
public abstract class SharedBody
{
    private int _holders = 1;

    /// <summary>The bytes; only while held.</summary>
    public abstract ReadOnlyMemory<byte> Memory { get; }

    /// <summary>Adds a holder.</summary>
    public void Hold() => Interlocked.Increment(ref _holders);

    /// <summary>Removes a holder; the last one frees the memory.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0) Free();
    }

    /// <summary>Gives the memory back.</summary>
    protected abstract void Free();
}
