using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Failback.Contracts.Rows;
using Failback.Messaging.Broker;

namespace Failback.Messaging.Publishing;

/// <summary>
/// The way into one queue. Messages are built one after another in the order of arrival and handed to the broker in that order.
/// While one is unconfirmed, arriving rows share the next one, so that a slow broker makes messages larger instead of more. A
/// second message goes out beside an unconfirmed one only when enough bytes wait for it, under another publisher id. Each id has
/// one unconfirmed message at most. The lane ends with its connection.
/// </summary>
internal sealed class QueueLane
{
    /// <summary>Publisher ids of the lane: messages of rows that may be unconfirmed at once.</summary>
    private const int MaxPublishers = 8;

    /// <summary>Waiting bytes from which a message goes out beside one that is unconfirmed.</summary>
    private const int WorthOneMore = 128 * 1024;

    private readonly ConcurrentQueue<Shipment> _waiting = new();
    private readonly ConcurrentStack<NumberedPublisher> _idle = new();
    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly PublisherConnection _connection;
    private long _waitingBytes;
    private int _pumping;

    internal QueueLane(string queue, PublisherConnection connection, PublisherMetrics metrics, TimeProvider time)
    {
        _connection = connection;
        for (int i = 0; i < MaxPublishers; i++) _idle.Push(new NumberedPublisher(queue, connection, metrics, time));
    }

    internal void Enqueue(Shipment shipment)
    {
        Interlocked.Add(ref _waitingBytes, shipment.Waiting);
        _waiting.Enqueue(shipment);
        _changed.Writer.TryWrite(true);
        if (Interlocked.CompareExchange(ref _pumping, 1, 0) == 0) _ = PumpAsync();
    }

    private async Task PumpAsync()
    {
        do
        {
            while (NextShipment() is { } shipment)
            {
                if (MayStart(shipment)) await StartAsync();
                else await _changed.Reader.ReadAsync();
            }

            Volatile.Write(ref _pumping, 0);
        }
        // Looked at again after the flag is cleared: a shipment that arrived between the last look and the clearing started no
        // pump.
        while (!_waiting.IsEmpty && Interlocked.CompareExchange(ref _pumping, 1, 0) == 0);
    }

    /// <summary>
    /// Returns the first shipment that still has something to send. Shipments that were given up, or whose connection has ended,
    /// leave the lane here.
    /// </summary>
    private Shipment? NextShipment()
    {
        while (_waiting.TryPeek(out Shipment? shipment))
        {
            if (_connection.EndReason is { } reason) Dequeue(shipment, PublishResult.Unavailable(reason));
            else if (shipment.IsAnswered) Dequeue(shipment, PublishResult.Unavailable("given up"));
            else return shipment;
        }

        return null;
    }

    private void Dequeue(Shipment shipment, PublishResult result)
    {
        _waiting.TryDequeue(out _);
        Interlocked.Add(ref _waitingBytes, -shipment.Waiting);
        shipment.Leave(result);
    }

    /// <summary>
    /// Returns whether the next message may start. A resolved timestamp waits until everything before it is confirmed; a row in
    /// fragments goes alone.
    /// </summary>
    private bool MayStart(Shipment shipment)
    {
        int idle = _idle.Count;
        if (idle == MaxPublishers) return true;
        return idle > 0 && shipment.Resolved is null && !IsFragmented(shipment) && Interlocked.Read(ref _waitingBytes) >= WorthOneMore;
    }

    private static bool IsFragmented(Shipment shipment) => shipment.Rows[shipment.Next].FrameBytes > MessageTypes.CutBytes;

    /// <summary>Sends the next message; waits for its end only when no other may go beside it.</summary>
    private async Task StartAsync()
    {
        if (!await _connection.EnterAsync()) return;
        // The wait for a place may have been long: the shipment may have been given up meanwhile.
        if (NextShipment() is not { } shipment || !_idle.TryPop(out NumberedPublisher? publisher))
        {
            _connection.Exit();
            return;
        }

        if (shipment.Resolved is not null) _ = PublishResolvedAsync(publisher, shipment);
        else if (IsFragmented(shipment)) await PublishFragmentsAsync(publisher, shipment);
        else _ = PublishRowsAsync(publisher, shipment);
    }

    private Task PublishResolvedAsync(NumberedPublisher publisher, Shipment shipment)
    {
        OutgoingMessage message = publisher.Message;
        message.Begin(MessageTypes.Resolved, 64);
        message.Set(shipment.Resolved!.Value.ToString());
        message.Add(shipment);
        Dequeue(shipment, PublishResult.Confirmed);
        return PublishAsync(publisher);
    }

    private Task PublishRowsAsync(NumberedPublisher publisher, Shipment shipment)
    {
        CollectRows(publisher.Message, shipment);
        return PublishAsync(publisher);
    }

    /// <summary>
    /// Takes rows from the waiting shipments in their order until the message is full or the next shipment has another kind or
    /// topic.
    /// </summary>
    private void CollectRows(OutgoingMessage message, Shipment first)
    {
        int capacity = (int)Math.Min(MessageTypes.CutBytes, Interlocked.Read(ref _waitingBytes));
        message.Begin(MessageTypes.Rows, capacity, first.Topic);
        for (Shipment? next = first; next is { Resolved: null }
            && string.Equals(next.Topic, message.Topic, StringComparison.Ordinal); next = NextShipment())
        {
            long waiting = next.Waiting;
            message.Add(next, capacity);
            Interlocked.Add(ref _waitingBytes, next.Waiting - waiting);
            if (!next.IsWritten) return;
            Dequeue(next, PublishResult.Confirmed);
        }
    }

    private async Task PublishAsync(NumberedPublisher publisher) =>
        End(publisher, await publisher.PublishAsync(new(8, StringComparer.Ordinal)));

    private async Task PublishFragmentsAsync(NumberedPublisher publisher, Shipment shipment)
    {
        OutgoingMessage message = publisher.Message;
        message.Add(shipment);
        RowSlice slice = shipment.Rows[shipment.Next];
        long size = slice.FrameBytes;
        // Fragments grow beyond the usual size rather than exceed MaxFragments.
        int each = (int)Math.Max(MessageTypes.CutBytes, (size + MessageTypes.MaxFragments - 1) / MessageTypes.MaxFragments);
        int count = (int)((size + each - 1) / each);
        string id = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        message.Begin(MessageTypes.Fragment, each, shipment.Topic);
        RowFrame frame = slice.In(shipment.Body);
        PublishResult result = PublishResult.Confirmed;
        for (int index = 0; index < count && result.IsConfirmed; index++)
        {
            message.Set(frame, (long)index * each, each, completesRow: index == count - 1);
            result = await publisher.PublishAsync(new Dictionary<string, object?>(12, StringComparer.Ordinal)
            {
                [MessageHeaders.FragmentId] = id,
                [MessageHeaders.FragmentIndex] = index,
                [MessageHeaders.FragmentCount] = count,
                [MessageHeaders.Updated] = slice.Updated.ToString(),
            });
        }

        // The row counts as sent also after a failed fragment: Settle reports the failure and the changefeed repeats the request.
        shipment.Take();
        Interlocked.Add(ref _waitingBytes, -size);
        if (shipment.IsWritten) Dequeue(shipment, PublishResult.Confirmed);
        End(publisher, result);
    }

    /// <summary>
    /// Settles a message that has ended. Its buffer is kept while there is more to send; the buffers of fragments are too large to
    /// keep.
    /// </summary>
    private void End(NumberedPublisher publisher, PublishResult result)
    {
        _connection.Exit();
        OutgoingMessage message = publisher.Message;
        message.Settle(result);
        if (result.Outcome == PublishOutcome.Unavailable) message.Abandon();
        // The broker has answered, so the client no longer reads the buffer and it may be reused.
        else if (_waiting.IsEmpty || message.Type == MessageTypes.Fragment) message.GiveBack();
        _idle.Push(publisher);
        _changed.Writer.TryWrite(true);
    }
}
