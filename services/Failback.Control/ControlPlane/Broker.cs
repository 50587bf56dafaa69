using Failback.Control.Api;
using Failback.Messaging;
using Failback.Messaging.Topology;
using RabbitMQ.Client;

namespace Failback.Control.ControlPlane;

/// <summary>Declares and deletes the queues of failbacks, over a connection of its own each time: it happens rarely.</summary>
internal sealed class Broker(BrokerConnections connections)
{
    private static readonly TableQueueOptions Limits = new();

    public static ApiException Unavailable() =>
        new(503, "broker_unavailable", "the broker does not answer", "start RabbitMQ or correct Failback__RabbitMq__Uri, then repeat the call");

    public Task DeclareAsync(IReadOnlyList<string> tables, string unknownTables, CancellationToken cancellationToken) => WithAsync(
        async connection =>
        {
            await TableQueueTopology.DeclareAsync(connection, tables, Limits, cancellationToken);
            await TableQueueTopology.DeclarePlainAsync(connection, unknownTables, Limits, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <summary>Those of the queues that hold messages.</summary>
    public Task<IReadOnlyList<string>> FilledAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken) => WithAsync(
        async connection =>
        {
            var filled = new List<string>();
            foreach (string queue in queues)
            {
                if (await TableQueueTopology.CheckAsync(connection, queue, cancellationToken) is { Messages: > 0 }) filled.Add(queue);
            }

            return (IReadOnlyList<string>)filled;
        },
        cancellationToken);

    /// <summary>Release that the broker states.</summary>
    public Task<Version> VersionAsync(CancellationToken cancellationToken) => WithAsync(connection => Task.FromResult(BrokerConnections.ServerVersion(connection)), cancellationToken);

    public Task DeleteAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken) => WithAsync(
        async connection =>
        {
            await TableQueueTopology.DeleteAsync(connection, queues, cancellationToken);
            return true;
        },
        cancellationToken);

    private async Task<T> WithAsync<T>(Func<IConnection, Task<T>> act, CancellationToken cancellationToken)
    {
        IConnection connection;
        try
        {
            connection = await connections.OpenAsync("failback-control", cancellationToken);
        }
        catch (Exception e) when (e is RabbitMQ.Client.Exceptions.BrokerUnreachableException or TimeoutException or IOException)
        {
            throw Unavailable();
        }

        try
        {
            return await act(connection);
        }
        catch (Exception e) when (e is RabbitMQ.Client.Exceptions.RabbitMQClientException or TimeoutException or IOException)
        {
            throw Unavailable();
        }
        finally
        {
            BrokerConnections.Discard(connection);
        }
    }
}
