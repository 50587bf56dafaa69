using Failback.Messaging.Broker;


namespace Failback.Messaging.Reading;

/// <summary>A message of a table queue as delivered. The body is copied into a buffer that the holder gives back.</summary>
public sealed record QueueDelivery
{
    /// <summary>Index of the queue in the reader's list.</summary>
    public required int Queue { get; init; }

    /// <summary>Delivery tag by which the message is acknowledged; unique per channel, that is, per queue.</summary>
    public required ulong Tag { get; init; }

    /// <summary>One of <see cref="MessageTypes"/>.</summary>
    public required string Type { get; init; }

    public required string Publisher { get; init; }

    public required long Sequence { get; init; }

    /// <summary>Rows completed by the message.</summary>
    public required int Rows { get; init; }

    /// <summary>Rows of the publisher in this queue up to and including this message.</summary>
    public required long Total { get; init; }

    /// <summary>Time at which the sink published it, precise to a second; null when the message has none.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>Value of <see cref="MessageHeaders.Traces"/>; null: there is none.</summary>
    public string? Traces { get; init; }

    /// <summary>Identifies the slice of a large row; null for whole rows and markers.</summary>
    public Fragment? Fragment { get; init; }

    /// <summary>Buffer that holds the body.</summary>
    public required MessageBuffer Buffer { get; init; }

    public ReadOnlyMemory<byte> Body => Buffer.Memory;

    /// <summary>Gives the buffer back without using the message.</summary>
    public void Drop() => Buffer.Dispose();
}
