using System.Buffers;
using System.Text;
using Failback.Contracts.Rows;

namespace Failback.Messaging.Publishing;

/// <summary>
/// The one message a lane is about to publish, and whose rows are in it. Its buffer is reused from message to message; after a
/// publication whose end was not seen it is left to the garbage collector, because the client may still read it.
/// </summary>
internal sealed class OutgoingMessage
{
    private byte[] _buffer = [];
    private int _length;

    internal string Type { get; private set; } = MessageTypes.Rows;

    internal string? Topic { get; private set; }

    /// <summary>Rows completed by the message.</summary>
    internal int Rows { get; private set; }

    internal List<Shipment> Shipments { get; } = [];

    internal ReadOnlyMemory<byte> Body => _buffer.AsMemory(0, _length);

    internal int Length => _length;

    internal void Begin(string type, int capacity, string? topic = null)
    {
        Type = type;
        Topic = topic;
        Rows = 0;
        _length = 0;
        Shipments.Clear();
        if (_buffer.Length >= capacity) return;
        GiveBack();
        _buffer = ArrayPool<byte>.Shared.Rent(capacity);
    }

    internal void Add(in RowFrame frame)
    {
        _length += FrameCopy.Copy(frame, 0, _buffer.AsSpan(_length));
        Rows++;
    }

    /// <summary>Replaces the content by a stretch of a frame.</summary>
    internal int Set(in RowFrame frame, long offset, int count, bool completesRow)
    {
        _length = FrameCopy.Copy(frame, offset, _buffer.AsSpan(0, count));
        Rows = completesRow ? 1 : 0;
        return _length;
    }

    internal void Set(string text) => _length = Encoding.ASCII.GetBytes(text, _buffer);

    /// <summary>Tells everyone in the message how it ended; rows of a shipment that are still to come keep it open.</summary>
    internal void Settle(PublishResult result)
    {
        foreach (Shipment shipment in Shipments)
        {
            if (!result.IsConfirmed || shipment.IsWritten) shipment.Finish(result);
        }

        Shipments.Clear();
    }

    internal void GiveBack()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    internal void Abandon() => _buffer = [];
}
