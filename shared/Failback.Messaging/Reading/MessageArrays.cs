using System.Numerics;

namespace Failback.Messaging.Reading;

/// <summary>
/// Arrays of messages of one process, kept to be used again. A window holds hundreds of them at a time and lets go of all at once; the
/// shared pool keeps
/// 32 per core and size and leaves the rest to the garbage collector, which is in no hurry with large ones: as much again as is held.
/// </summary>
/// <param name="bytes">Kept at most.</param>
internal sealed class MessageArrays(long bytes)
{
    /// <summary>Larger ones would stay, rounded up to a power of two, long after the one large row that needed them.</summary>
    private const int Largest = 1 << 20;

    private const int Smallest = 16;

    private readonly Lock _turn = new();
    private readonly Dictionary<int, Stack<byte[]>> _free = [];
    private long _kept;

    /// <summary>At least so many bytes, not cleared.</summary>
    internal byte[] Rent(int length)
    {
        int size = length > Largest ? length : (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(Smallest, length));
        lock (_turn)
        {
            if (_free.TryGetValue(size, out Stack<byte[]>? arrays) && arrays.TryPop(out byte[]? array))
            {
                _kept -= size;
                return array;
            }
        }

        return GC.AllocateUninitializedArray<byte>(size);
    }

    /// <summary>Takes back an array that nobody uses any more.</summary>
    internal void Return(byte[] array)
    {
        if (array.Length > Largest) return;
        lock (_turn)
        {
            if (_kept + array.Length > bytes) return;
            _kept += array.Length;
            if (!_free.TryGetValue(array.Length, out Stack<byte[]>? arrays)) _free[array.Length] = arrays = new Stack<byte[]>();
            arrays.Push(array);
        }
    }
}
