using System.Collections.Concurrent;
using System.Globalization;
using Failback.Contracts.Rows;

namespace Failback.Messaging.Publishing;

/// <summary>
/// The way into one queue. At most one message is unconfirmed, and whatever arrives meanwhile shares the next one, so the numbers
/// in the queue have no gap and a slow broker makes messages larger instead of more. A refused message starts a new publisher id, because
/// its number may not be used again; a broken connection ends the lane with it.
/// </summary>
internal sealed class QueueLane(string queue, PublisherConnection connection, PublisherMetrics metrics)
{
    private readonly ConcurrentQueue<Shipment> _waiting = new();
    private readonly OutgoingMessage _message = new();
    private string _publisher = "";
    private long _sequence;
    private long _total;
    private int _pumping;

    internal void Enqueue(Shipment shipment)
    {
        _waiting.Enqueue(shipment);
        if (Interlocked.CompareExchange(ref _pumping, 1, 0) == 0) _ = Task.Run(PumpAsync);
    }

    private async Task PumpAsync()
    {
        do
        {
            while (NextShipment() is { } shipment) await PublishNextAsync(shipment);
            if (connection.IsEnded) _message.Abandon();
            else _message.GiveBack();
            Volatile.Write(ref _pumping, 0);
        }
        while (!_waiting.IsEmpty && Interlocked.CompareExchange(ref _pumping, 1, 0) == 0);
    }

    /// <summary>First shipment with something to send; those that were given up, or whose connection is gone, end here.</summary>
    private Shipment? NextShipment()
    {
        while (_waiting.TryPeek(out Shipment? shipment))
        {
            if (connection.EndReason is { } reason) shipment.Finish(PublishResult.Unavailable(reason));
            else if (!shipment.IsAnswered) return shipment;
            _waiting.TryDequeue(out _);
            shipment.Finish(PublishResult.Unavailable("given up"));
        }

        return null;
    }

    private Task PublishNextAsync(Shipment shipment)
    {
        if (shipment.Resolved is not null) return PublishResolvedAsync(shipment);
        return shipment.Rows[shipment.Next].FrameBytes > MessageTypes.CutBytes ? PublishFragmentsAsync(shipment) : PublishRowsAsync();
    }

    private async Task PublishResolvedAsync(Shipment shipment)
    {
        _waiting.TryDequeue(out _);
        _message.Begin(MessageTypes.Resolved, 64);
        _message.Set(shipment.Resolved!.Value.ToString());
        _message.Shipments.Add(shipment);
        _message.Settle(await PublishAsync(null));
    }

    private async Task PublishRowsAsync()
    {
        CollectRows();
        if (_message.Rows > 0) _message.Settle(await PublishAsync(null));
    }

    /// <summary>Takes rows from the waiting shipments in their order until the message is full or something else is next.</summary>
    private void CollectRows()
    {
        bool begun = false;
        _message.Begin(MessageTypes.Rows, 0);
        while (NextShipment() is { Resolved: null } shipment)
        {
            if (!begun) _message.Begin(MessageTypes.Rows, MessageTypes.CutBytes, shipment.Topic);
            else if (!string.Equals(_message.Topic, shipment.Topic, StringComparison.Ordinal)) return;
            begun = true;
            int first = shipment.Next;
            ReadOnlyMemory<byte> body = shipment.Body;
            while (!shipment.IsWritten && _message.Length + shipment.Rows[shipment.Next].FrameBytes <= MessageTypes.CutBytes)
                _message.Add(shipment.Rows[shipment.Next++].In(body));
            if (shipment.Next > first) _message.Shipments.Add(shipment);
            if (!shipment.IsWritten) return;
            _waiting.TryDequeue(out _);
        }
    }

    private async Task PublishFragmentsAsync(Shipment shipment)
    {
        RowSlice slice = shipment.Rows[shipment.Next];
        long size = slice.FrameBytes;
        int each = (int)Math.Max(MessageTypes.CutBytes, (size + MessageTypes.MaxFragments - 1) / MessageTypes.MaxFragments);
        int count = (int)((size + each - 1) / each);
        string id = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        _message.Begin(MessageTypes.Fragment, each, shipment.Topic);
        RowFrame frame = slice.In(shipment.Body);
        PublishResult result = PublishResult.Confirmed;
        for (int index = 0; index < count && result.IsConfirmed; index++)
        {
            _message.Set(frame, (long)index * each, each, completesRow: index == count - 1);
            result = await PublishAsync(new Dictionary<string, object?>(12, StringComparer.Ordinal)
            {
                [MessageHeaders.FragmentId] = id,
                [MessageHeaders.FragmentIndex] = index,
                [MessageHeaders.FragmentCount] = count,
                [MessageHeaders.Updated] = slice.Updated.ToString(),
            });
        }

        shipment.Next++;
        if (shipment.IsWritten || !result.IsConfirmed)
        {
            _waiting.TryDequeue(out _);
            shipment.Finish(result);
        }

        // A buffer for huge fragments is not worth keeping.
        if (result.Outcome == PublishOutcome.Unavailable) _message.Abandon();
        else _message.GiveBack();
    }

    private async Task<PublishResult> PublishAsync(Dictionary<string, object?>? headers)
    {
        if (_publisher.Length == 0) StartNumbering();
        _sequence++;
        _total += _message.Rows;
        headers ??= new Dictionary<string, object?>(8, StringComparer.Ordinal);
        headers[MessageHeaders.Version] = MessageHeaders.CurrentVersion;
        headers[MessageHeaders.Publisher] = _publisher;
        headers[MessageHeaders.Sequence] = _sequence;
        headers[MessageHeaders.Rows] = _message.Rows;
        headers[MessageHeaders.Total] = _total;
        if (_message.Topic is { } topic) headers[MessageHeaders.Topic] = topic;
        PublishResult result = await connection.PublishAsync(queue, _message.Type, headers, _message.Body);
        if (!result.IsConfirmed) _publisher = "";
        return result;
    }

    private void StartNumbering()
    {
        _publisher = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        _sequence = 0;
        _total = 0;
        metrics.EpochStarted();
    }
}
