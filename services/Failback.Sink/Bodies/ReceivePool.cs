using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Failback.Sink.Bodies;

/// <summary>
/// The 64 KiB blocks that the web server receives into. Its default blocks have 4 KiB, which means hundreds of system calls and
/// hand-overs between threads for a body of a megabyte. A connection without traffic holds no block.
/// </summary>
internal sealed class ReceivePool : MemoryPool<byte>
{
    private const int BlockBytes = 64 * 1024;

    /// <summary>Blocks kept for reuse (8 MiB); further blocks are left to the garbage collector.</summary>
    private const int MaxKept = 128;

    private readonly ConcurrentStack<byte[]> _free = new();
    private int _kept;

    public override int MaxBufferSize => BlockBytes;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        if (_free.TryPop(out byte[]? bytes)) Interlocked.Decrement(ref _kept);
        return new Block(this, bytes ?? GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true));
    }

    protected override void Dispose(bool disposing) => _free.Clear();

    private void Return(byte[] bytes)
    {
        if (Interlocked.Increment(ref _kept) <= MaxKept) _free.Push(bytes);
        else Interlocked.Decrement(ref _kept);
    }

    private sealed class Block(ReceivePool pool, byte[] bytes) : IMemoryOwner<byte>
    {
        private byte[]? _bytes = bytes;

        public Memory<byte> Memory => MemoryMarshal.CreateFromPinnedArray(_bytes, 0, BlockBytes);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _bytes, null) is { } bytes) pool.Return(bytes);
        }
    }
}
