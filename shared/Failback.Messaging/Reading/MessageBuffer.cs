namespace Failback.Messaging.Reading;

/// <summary>Bytes of one message; whoever holds the message gives them back once.</summary>
public sealed class MessageBuffer : IDisposable
{
    private readonly MessageArrays arrays;
    private readonly Action<int> returned;
    private byte[]? bytes;

    /// <summary>Rents so many bytes; <paramref name="returned"/> is told the <see cref="Capacity"/> that was given back.</summary>
    internal MessageBuffer(MessageArrays arrays, int length, Action<int> returned)
    {
        this.arrays = arrays;
        this.returned = returned;
        bytes = arrays.Rent(length);
        Memory = bytes.AsMemory(0, length);
    }

    /// <summary>The message's body; empty after it was given back.</summary>
    public Memory<byte> Memory { get; private set; }

    /// <summary>Bytes that the message takes: arrays come in powers of two.</summary>
    internal int Capacity => bytes?.Length ?? 0;

    public void Dispose()
    {
        if (bytes is null) return;
        int capacity = bytes.Length;
        arrays.Return(bytes);
        Memory = default;
        bytes = null;
        returned(capacity);
    }
}
