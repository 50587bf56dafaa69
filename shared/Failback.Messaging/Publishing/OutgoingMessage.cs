using System.Buffers;
using System.Text;
using Failback.Contracts.Rows;
using Failback.Messaging.Broker;

namespace Failback.Messaging.Publishing;

/// <summary>
/// A message that is about to be published, and the shipments whose rows it holds. Its buffer is reused from message to message.
/// After a publication whose outcome is unknown the buffer is left to the garbage collector, because the client may still read it.
/// </summary>
internal sealed class OutgoingMessage
{
    /// <summary>Requests that one message names: a slow broker may make a message of hundreds.</summary>
    private const int MostTraces = 16;

    private readonly List<Shipment> _shipments = [];
    private byte[] _buffer = [];
    private int _length;

    internal string Type { get; private set; } = MessageTypes.Rows;

    internal string? Topic { get; private set; }

    /// <summary>Rows completed by the message.</summary>
    internal int Rows { get; private set; }

    /// <summary>Value of <see cref="MessageHeaders.Traces"/>; null: no request is recorded.</summary>
    internal string? Traces =>
        _shipments.Exists(shipment => shipment.Trace is not null)
            ? string.Join(',', _shipments.Select(shipment => shipment.Trace).OfType<string>().Take(MostTraces))
            : null;

    internal ReadOnlyMemory<byte> Body => _buffer.AsMemory(0, _length);

    internal int Length => _length;

    internal void Begin(string type, int capacity, string? topic = null)
    {
        Type = type;
        Topic = topic;
        Rows = 0;
        _length = 0;
        if (_buffer.Length >= capacity) return;
        GiveBack();
        _buffer = ArrayPool<byte>.Shared.Rent(capacity);
    }

    /// <summary>Adds rows of a shipment as long as they fit.</summary>
    internal void Add(Shipment shipment, int capacity)
    {
        int before = Rows;
        ReadOnlyMemory<byte> body = shipment.Body;
        for (; !shipment.IsWritten && _length + shipment.Rows[shipment.Next].FrameBytes <= capacity; Rows++)
            _length += FrameCopy.Copy(shipment.Take().In(body), 0, _buffer.AsSpan(_length));
        if (Rows > before) Add(shipment);
    }

    /// <summary>Adds a shipment that is told how the message ended.</summary>
    internal void Add(Shipment shipment)
    {
        shipment.Join();
        _shipments.Add(shipment);
    }

    /// <summary>Replaces the content by a part of a frame.</summary>
    internal void Set(in RowFrame frame, long offset, int count, bool completesRow)
    {
        _length = FrameCopy.Copy(frame, offset, _buffer.AsSpan(0, count));
        Rows = completesRow ? 1 : 0;
    }

    internal void Set(string text) => _length = Encoding.ASCII.GetBytes(text, _buffer);

    /// <summary>Tells every shipment in the message how it ended.</summary>
    internal void Settle(PublishResult result)
    {
        foreach (Shipment shipment in _shipments) shipment.Settle(result);
        _shipments.Clear();
    }

    internal void GiveBack()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    internal void Abandon() => _buffer = [];
}
