namespace Failback.Messaging.Publishing;

/// <summary>
/// The bytes of a request that several queues publish from. The memory is freed when the last holder releases it, so that a request
/// that is already answered cannot free it under a publication that is still being written.
/// </summary>
public abstract class SharedBody
{
    private int _holders = 1;

    /// <summary>The bytes; valid while held.</summary>
    public abstract ReadOnlyMemory<byte> Memory { get; }

    /// <summary>Adds a holder.</summary>
    public void Hold() => Interlocked.Increment(ref _holders);

    /// <summary>Removes a holder; the last one frees the memory.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0) Free();
    }

    /// <summary>Frees the memory.</summary>
    protected abstract void Free();
}
