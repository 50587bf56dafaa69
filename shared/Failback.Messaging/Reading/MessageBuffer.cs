namespace Failback.Messaging.Reading;

/// <summary>The bytes of one message; the holder of the message disposes of them once.</summary>
public sealed class MessageBuffer : IDisposable
{
    private readonly MessageArrays _arrays;
    private readonly Action<int> _returned;
    private byte[]? _bytes;

    /// <summary>
    /// Rents <paramref name="length"/> bytes; <paramref name="returned"/> receives the <see cref="Capacity"/> when they are given
    /// back.
    /// </summary>
    internal MessageBuffer(MessageArrays arrays, int length, Action<int> returned)
    {
        _arrays = arrays;
        _returned = returned;
        _bytes = arrays.Rent(length);
        Memory = _bytes.AsMemory(0, length);
    }

    /// <summary>The message's body; empty after disposal.</summary>
    public Memory<byte> Memory { get; private set; }

    /// <summary>Bytes that the message occupies: arrays come in powers of two.</summary>
    internal int Capacity => _bytes?.Length ?? 0;

    public void Dispose()
    {
        if (_bytes is null) return;
        int capacity = _bytes.Length;
        _arrays.Return(_bytes);
        Memory = default;
        _bytes = null;
        _returned(capacity);
    }
}
