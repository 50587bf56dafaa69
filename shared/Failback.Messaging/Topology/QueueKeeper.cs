using Failback.Messaging.Broker;
using RabbitMQ.Client;

namespace Failback.Messaging.Topology;

/// <summary>
/// Declares, inspects and deletes the queues of failbacks. Each call opens a connection of its own, because calls are rare.
/// </summary>
public sealed class QueueKeeper(BrokerConnections connections)
{
    private static readonly TableQueueOptions Limits = new();

    /// <summary>Declares the queues of tables, and the one for rows whose table is unknown.</summary>
    /// <exception cref="BrokerUnavailableException">The broker does not answer.</exception>
    public Task DeclareAsync(IReadOnlyList<string> tables, string unknownTables, CancellationToken cancellationToken) => WithAsync(
        async connection =>
        {
            await TableQueueTopology.DeclareAsync(connection, tables, Limits, cancellationToken);
            await TableQueueTopology.DeclarePlainAsync(connection, unknownTables, Limits, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <summary>Returns the queues that hold messages.</summary>
    /// <exception cref="BrokerUnavailableException">The broker does not answer.</exception>
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

    /// <summary>Returns the queues that do not exist.</summary>
    /// <exception cref="BrokerUnavailableException">The broker does not answer, or cannot say it of a queue.</exception>
    public Task<IReadOnlyList<string>> MissingAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken) => WithAsync(
        async connection =>
        {
            var missing = new List<string>();
            foreach (string queue in queues)
            {
                if (await TableQueueTopology.CheckAsync(connection, queue, cancellationToken) is null) missing.Add(queue);
            }

            return (IReadOnlyList<string>)missing;
        },
        cancellationToken);

    /// <summary>Deletes queues and their messages; a queue that does not exist is no error.</summary>
    /// <exception cref="BrokerUnavailableException">The broker does not answer.</exception>
    public Task DeleteAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken) => WithAsync(
        async connection =>
        {
            await TableQueueTopology.DeleteAsync(connection, queues, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <summary>Returns the release that the broker states.</summary>
    /// <exception cref="BrokerUnavailableException">The broker does not answer.</exception>
    public Task<Version> VersionAsync(CancellationToken cancellationToken) =>
        WithAsync(connection => Task.FromResult(BrokerConnections.ServerVersion(connection)), cancellationToken);

    private async Task<T> WithAsync<T>(Func<IConnection, Task<T>> act, CancellationToken cancellationToken)
    {
        IConnection? connection = null;
        try
        {
            connection = await connections.OpenAsync("failback-control", cancellationToken);
            return await act(connection);
        }
        catch (Exception e) when (BrokerUnavailableException.Covers(e))
        {
            throw BrokerUnavailableException.Of(e);
        }
        finally
        {
            if (connection is not null) BrokerConnections.Discard(connection);
        }
    }
}
