using Failback.Messaging.Broker;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Failback.Messaging.Topology;

/// <summary>
/// Declares, inspects and deletes the queues of a failback. Control declares them before the changefeed starts; sink and appliers
/// never do. Messages go through the default exchange with the queue name as routing key, so no binding can be missing.
/// </summary>
internal static class TableQueueTopology
{
    private static readonly Version UnlimitedDeliveries = new(4, 0);
    private static readonly Version ConsumerTimeoutPerQueue = new(3, 12);

    /// <summary>Declares table queues. An existing queue is left as it is, because its name contains its generation.</summary>
    public static Task DeclareAsync(
        IConnection connection, IEnumerable<string> queues, TableQueueOptions options, CancellationToken cancellationToken)
    {
        Dictionary<string, object?> arguments = Arguments(BrokerConnections.ServerVersion(connection), options);
        // One reader at a time keeps the order of the queue; the others wait until it closes its channel.
        arguments["x-single-active-consumer"] = true;
        return DeclareAsync(connection, queues, arguments, cancellationToken);
    }

    /// <summary>
    /// Declares a queue that is read by hand, for rows whose table is unknown: a table queue without the single active consumer.
    /// </summary>
    public static Task DeclarePlainAsync(
        IConnection connection, string queue, TableQueueOptions options, CancellationToken cancellationToken) =>
        DeclareAsync(connection, [queue], Arguments(BrokerConnections.ServerVersion(connection), options), cancellationToken);

    /// <summary>Returns the state of a queue, or null when it does not exist.</summary>
    public static async Task<QueueState?> CheckAsync(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        return await CheckAsync(channel, queue, cancellationToken);
    }

    /// <summary>Deletes queues and their messages; a queue that does not exist is no error.</summary>
    public static async Task DeleteAsync(IConnection connection, IEnumerable<string> queues, CancellationToken cancellationToken)
    {
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        foreach (string queue in queues)
            await channel.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false, cancellationToken: cancellationToken);
    }

    /// <summary>
    /// Returns the queue arguments for a server version (https://www.rabbitmq.com/docs/quorum-queues). The delivery limit of 4.x
    /// would silently drop a reader's whole window after some crashes, so it is switched off there. 3.x has none by default, but
    /// takes -1 for "drop at the first redelivery", so there it must stay unset.
    /// </summary>
    internal static Dictionary<string, object?> Arguments(Version server, TableQueueOptions options)
    {
        var arguments = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["x-queue-type"] = "quorum",
            ["x-overflow"] = "reject-publish",
        };
        if (options.MaxBytes is { } bytes) arguments["x-max-length-bytes"] = bytes;
        if (options.MaxMessages is { } messages) arguments["x-max-length"] = messages;
        if (server >= UnlimitedDeliveries) arguments["x-delivery-limit"] = -1;
        if (server >= ConsumerTimeoutPerQueue) arguments["x-consumer-timeout"] = (long)options.ConsumerTimeout.TotalMilliseconds;
        return arguments;
    }

    private static async Task DeclareAsync(
        IConnection connection, IEnumerable<string> queues, Dictionary<string, object?> arguments, CancellationToken cancellationToken)
    {
        IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            foreach (string queue in queues)
            {
                if (await CheckAsync(channel, queue, cancellationToken) is not null) continue;

                // The broker closes a channel on a failed passive declaration.
                await channel.DisposeAsync();
                channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
                await channel.QueueDeclareAsync(
                    queue, durable: true, exclusive: false, autoDelete: false, arguments: arguments, cancellationToken: cancellationToken);
            }
        }
        finally
        {
            await channel.DisposeAsync();
        }
    }

    private static async Task<QueueState?> CheckAsync(IChannel channel, string queue, CancellationToken cancellationToken)
    {
        try
        {
            QueueDeclareOk found = await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
            return new QueueState(found.MessageCount, (int)found.ConsumerCount);
        }
        catch (OperationInterruptedException e) when (
            e.ShutdownReason is { ReplyCode: Constants.NotFound } reason
            && reason.ReplyText.Contains(QueueMissingException.Words, StringComparison.Ordinal))
        {
            // A queue whose node is down is called down by the same code: it is not gone.
            return null;
        }
    }
}
