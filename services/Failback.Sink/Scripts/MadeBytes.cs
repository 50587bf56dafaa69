using Failback.Messaging.Publishing;
using Failback.Sink.Bodies;

namespace Failback.Sink.Scripts;

/// <summary>
/// The bytes that a userscript adds to a request: changed rows, keys, notes. They count against the budget of all bodies.
/// </summary>
internal sealed class MadeBytes(BodyBudget budget)
{
    private const int FirstCapacity = 16 * 1024;

    private BodyBuffer? _buffer;

    /// <summary>The added bytes; null when there are none.</summary>
    internal SharedBody? Body => _buffer;

    /// <exception cref="RefusedException">There is no room; the changefeed sends again.</exception>
    internal ByteRange Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return default;
        Reserve(bytes.Length);
        var range = new ByteRange(_buffer!.Length, bytes.Length);
        bytes.CopyTo(_buffer.Rest.Span);
        _buffer.Advance(bytes.Length);
        return range;
    }

    internal void Release() => _buffer?.Release();

    private void Reserve(int bytes)
    {
        int have = _buffer?.Capacity ?? 0;
        long needed = (long)(_buffer?.Length ?? 0) + bytes;
        if (needed <= have) return;
        long capacity = Math.Min(Math.Max(Math.Max(FirstCapacity, 2L * have), needed), int.MaxValue);
        if (needed > int.MaxValue || !budget.TryTake(capacity - have))
            throw RefusedException.Unavailable(
                "what the userscript makes of the request does not fit into Failback__Sink__MaxBufferedBytes");
        if (_buffer is null) _buffer = new BodyBuffer(budget.Return, (int)capacity);
        else _buffer.Grow((int)capacity);
    }
}
