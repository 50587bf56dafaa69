using Microsoft.Extensions.Logging;

namespace Failback.Messaging.Publishing;

/// <summary>Log messages of the publisher, ids 4200 to 4299.</summary>
internal static partial class PublisherLog
{
    [LoggerMessage(4200, LogLevel.Information, "publisher connected to RabbitMQ {Version}")]
    internal static partial void Connected(ILogger logger, Version version);

    [LoggerMessage(4201, LogLevel.Warning, "publisher cannot reach the broker: {Reason}; next attempt in {Delay}")]
    internal static partial void Unreachable(ILogger logger, string reason, TimeSpan delay);

    [LoggerMessage(4202, LogLevel.Warning, "publisher connection ended: {Reason}")]
    internal static partial void Ended(ILogger logger, string reason);

    [LoggerMessage(4203, LogLevel.Warning, "the broker blocks publishing: {Reason}; requests are turned away until it lifts the block")]
    internal static partial void Blocked(ILogger logger, string reason);

    [LoggerMessage(4204, LogLevel.Warning, "the broker refused a message: {Reason}")]
    internal static partial void Refused(ILogger logger, string reason);
}
