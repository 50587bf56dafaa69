using Failback.Messaging.Broker;

namespace Failback.Messaging.Publishing;

/// <summary>
/// A publisher id of one queue with its message numbers. At most one of its messages is unconfirmed, so its numbers in the queue
/// have no gap. A message that was refused, or whose outcome is unknown, starts a new id, because its number must not be used
/// again.
/// </summary>
internal sealed class NumberedPublisher(string queue, PublisherConnection connection, PublisherMetrics metrics, TimeProvider time)
{
    private readonly PublisherNumbers _numbers = new(time);

    /// <summary>The message that is published next.</summary>
    internal OutgoingMessage Message { get; } = new();

    /// <summary>Publishes the message and waits until the broker confirms or refuses it.</summary>
    /// <param name="headers">Further headers of the message; the numbers are added here.</param>
    internal async Task<PublishResult> PublishAsync(Dictionary<string, object?> headers)
    {
        if (_numbers.Next(Message.Rows)) metrics.EpochStarted();
        headers[MessageHeaders.Version] = MessageHeaders.CurrentVersion;
        headers[MessageHeaders.Publisher] = _numbers.Id;
        headers[MessageHeaders.Sequence] = _numbers.Sequence;
        headers[MessageHeaders.Rows] = Message.Rows;
        headers[MessageHeaders.Total] = _numbers.Total;
        if (Message.Topic is { } topic) headers[MessageHeaders.Topic] = topic;
        if (Message.Traces is { } traces) headers[MessageHeaders.Traces] = traces;
        PublishResult result = await connection.PublishAsync(queue, Message.Type, headers, Message.Body);
        // Readers take a gap in the numbers for a lost message, and a number that may have arrived must not be used again: only a
        // new id is safe.
        if (!result.IsConfirmed) _numbers.End();
        return result;
    }
}
