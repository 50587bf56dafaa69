using System.Buffers;

namespace Failback.Messaging.Reading;

/// <summary>Bytes of one message; whoever holds the message gives them back once.</summary>
public sealed class MessageBuffer : IDisposable
{
    /// <summary>Larger ones would stay in the pool, rounded up to a power of two, long after the one large row that needed them.</summary>
    private const int LargestPooled = 1 << 20;

    private readonly Action returned;
    private byte[]? bytes;

    internal MessageBuffer(int length, Action returned)
    {
        this.returned = returned;
        bytes = length > LargestPooled ? GC.AllocateUninitializedArray<byte>(length) : ArrayPool<byte>.Shared.Rent(Math.Max(1, length));
        Memory = bytes.AsMemory(0, length);
    }

    /// <summary>The message's body; empty after it was given back.</summary>
    public Memory<byte> Memory { get; private set; }

    public void Dispose()
    {
        if (bytes is null) return;
        if (Memory.Length <= LargestPooled) ArrayPool<byte>.Shared.Return(bytes);
        Memory = default;
        bytes = null;
        returned();
    }
}
