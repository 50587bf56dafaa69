using System.Globalization;
using Failback.Messaging.Broker;

namespace Failback.Messaging.Publishing;

/// <summary>
/// A publisher id of one queue with its message numbers. At most one of its messages is unconfirmed, so its numbers in the queue
/// have no gap. A message that was refused, or whose outcome is unknown, starts a new id, because its number must not be used
/// again.
/// </summary>
internal sealed class NumberedPublisher(string queue, PublisherConnection connection, PublisherMetrics metrics)
{
    private string _id = "";
    private long _sequence;
    private long _total;

    /// <summary>The message that is published next.</summary>
    internal OutgoingMessage Message { get; } = new();

    /// <summary>Publishes the message and waits until the broker confirms or refuses it.</summary>
    /// <param name="headers">Further headers of the message; the numbers are added here.</param>
    internal async Task<PublishResult> PublishAsync(Dictionary<string, object?> headers)
    {
        if (_id.Length == 0) Begin();
        _sequence++;
        _total += Message.Rows;
        headers[MessageHeaders.Version] = MessageHeaders.CurrentVersion;
        headers[MessageHeaders.Publisher] = _id;
        headers[MessageHeaders.Sequence] = _sequence;
        headers[MessageHeaders.Rows] = Message.Rows;
        headers[MessageHeaders.Total] = _total;
        if (Message.Topic is { } topic) headers[MessageHeaders.Topic] = topic;
        PublishResult result = await connection.PublishAsync(queue, Message.Type, headers, Message.Body);
        // Readers take a gap in the numbers for a lost message, and a number that may have arrived must not be used again: only a
        // new id is safe.
        if (!result.IsConfirmed) _id = "";
        return result;
    }

    private void Begin()
    {
        _id = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        _sequence = 0;
        _total = 0;
        metrics.EpochStarted();
    }
}
