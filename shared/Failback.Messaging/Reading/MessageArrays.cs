using System.Numerics;

namespace Failback.Messaging.Reading;

/// <summary>
/// Arrays for the messages of one process, kept for reuse. A window holds hundreds of them and releases all at once. The shared
/// pool keeps 32 per core and size and leaves the rest to the garbage collector, which collects large arrays late: twice the memory
/// would be held.
/// </summary>
/// <param name="bytes">Bytes kept at most.</param>
internal sealed class MessageArrays(long bytes)
{
    /// <summary>
    /// Largest array that is kept. Larger ones would stay, rounded up to a power of two, long after the one large row that needed
    /// them.
    /// </summary>
    private const int Largest = 1 << 20;

    private const int Smallest = 16;

    private readonly Lock _turn = new();
    private readonly Dictionary<int, Stack<byte[]>> _free = [];
    private long _kept;

    /// <summary>Returns an array of at least <paramref name="length"/> bytes, not cleared.</summary>
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

    /// <summary>Takes back an array that is no longer in use.</summary>
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
