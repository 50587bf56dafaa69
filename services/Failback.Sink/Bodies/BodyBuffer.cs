using System.Buffers;
using System.Runtime.InteropServices;
using Failback.Messaging.Publishing;

namespace Failback.Sink.Bodies;

/// <summary>
/// The bytes of one body, in one piece of native memory. The memory goes back to the system when the last holder releases it, so a
/// 100 MB row leaves nothing for the garbage collector; growing uses <c>realloc</c>, which can move pages instead of copying bytes.
/// </summary>
#pragma warning disable CA1001 // Its end is the last Release, not a Dispose: several queues read it after the request is over.
internal sealed unsafe class BodyBuffer : SharedBody
#pragma warning restore CA1001
{
    private readonly NativeBytes _bytes;
    private readonly Action<long> _giveBack;
    private int _length;

    /// <summary>
    /// Allocates <paramref name="capacity"/> bytes, which the caller has already reserved in the budget; the last release gives them
    /// back.
    /// </summary>
    /// <param name="giveBack">Takes the capacity that the buffer has at its end.</param>
    /// <param name="capacity">Bytes to begin with.</param>
    internal BodyBuffer(Action<long> giveBack, int capacity)
    {
        _giveBack = giveBack;
        _bytes = new NativeBytes(capacity);
    }

    public override ReadOnlyMemory<byte> Memory => _bytes.Memory[.._length];

    internal ReadOnlySpan<byte> Span => _bytes.GetSpan()[.._length];

    internal int Length => _length;

    internal int Capacity => _bytes.Capacity;

    /// <summary>Where the next bytes go.</summary>
    internal Memory<byte> Rest => _bytes.Memory[_length..];

    internal void Advance(int count) => _length += count;

    /// <summary>
    /// Makes the buffer larger. The caller has reserved the additional bytes, and no slice of the buffer may be in use: the bytes
    /// can move.
    /// </summary>
    internal void Grow(int capacity) => _bytes.Grow(capacity);

    protected override void Free()
    {
        int capacity = _bytes.Capacity;
        ((IDisposable)_bytes).Dispose();
        _giveBack(capacity);
    }

    private sealed class NativeBytes : MemoryManager<byte>
    {
        private byte* _start;

        internal NativeBytes(int capacity)
        {
            _start = (byte*)NativeMemory.Alloc((nuint)capacity);
            Capacity = capacity;
        }

        internal int Capacity { get; private set; }

        public override Memory<byte> Memory => CreateMemory(Capacity);

        public override Span<byte> GetSpan()
        {
            ObjectDisposedException.ThrowIf(_start is null, this);
            return new Span<byte>(_start, Capacity);
        }

        public override MemoryHandle Pin(int elementIndex = 0)
        {
            ObjectDisposedException.ThrowIf(_start is null, this);
            return new MemoryHandle(_start + elementIndex);
        }

        public override void Unpin()
        {
        }

        internal void Grow(int capacity)
        {
            _start = (byte*)NativeMemory.Realloc(_start, (nuint)capacity);
            Capacity = capacity;
        }

        protected override void Dispose(bool disposing)
        {
            NativeMemory.Free(_start);
            _start = null;
            Capacity = 0;
        }
    }
}
