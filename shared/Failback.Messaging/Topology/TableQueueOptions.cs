namespace Failback.Messaging.Topology;

/// <summary>Limits of a table queue, fixed when it is declared.</summary>
public sealed record TableQueueOptions
{
    /// <summary>
    /// Bytes of messages at which the queue refuses more, so that the changefeed waits before the broker's disk fills up; null: no
    /// limit. Default 10 GiB.
    /// </summary>
    public long? MaxBytes { get; init; } = 10L * 1024 * 1024 * 1024;

    /// <summary>Messages at which the queue refuses more; null: no limit.</summary>
    public long? MaxMessages { get; init; }

    /// <summary>A reader that holds a message for longer loses its channel (RabbitMQ 3.12 and later). Default 1 h.</summary>
    public TimeSpan ConsumerTimeout { get; init; } = TimeSpan.FromHours(1);
}
