using Failback.Control.Api;
using Failback.Messaging.Broker;
using Failback.Messaging.Topology;

namespace Failback.Control.Fleet;

/// <summary>The queues of failbacks, with failures as answers of the API.</summary>
internal sealed class TableQueues(QueueKeeper keeper)
{
    /// <summary>Returns the answer to callers while the broker does not answer.</summary>
    public static ApiException Unavailable() =>
        new(503, "broker_unavailable", "the broker does not answer",
            "start RabbitMQ or correct Failback__RabbitMq__Uri, then repeat the call");

    /// <summary>Declares the queues of tables, and the one for rows whose table is unknown.</summary>
    /// <exception cref="ApiException">The broker does not answer.</exception>
    public Task DeclareAsync(IReadOnlyList<string> tables, string unknownTables, CancellationToken cancellationToken) =>
        ReachAsync(keeper.DeclareAsync(tables, unknownTables, cancellationToken));

    /// <summary>Returns the queues that hold messages.</summary>
    /// <exception cref="ApiException">The broker does not answer.</exception>
    public async Task<IReadOnlyList<string>> FilledAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        Task<IReadOnlyList<string>> filled = keeper.FilledAsync(queues, cancellationToken);
        await ReachAsync(filled);
        return await filled;
    }

    /// <summary>Returns the queues that do not exist.</summary>
    /// <exception cref="ApiException">The broker does not answer.</exception>
    public async Task<IReadOnlyList<string>> MissingAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        Task<IReadOnlyList<string>> missing = keeper.MissingAsync(queues, cancellationToken);
        await ReachAsync(missing);
        return await missing;
    }

    /// <summary>Returns the release that the broker states.</summary>
    /// <exception cref="ApiException">The broker does not answer.</exception>
    public async Task<Version> VersionAsync(CancellationToken cancellationToken)
    {
        Task<Version> version = keeper.VersionAsync(cancellationToken);
        await ReachAsync(version);
        return await version;
    }

    /// <summary>Deletes queues and their messages.</summary>
    /// <exception cref="ApiException">The broker does not answer.</exception>
    public Task DeleteAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken) =>
        ReachAsync(keeper.DeleteAsync(queues, cancellationToken));

    private static async Task ReachAsync(Task act)
    {
        try
        {
            await act;
        }
        catch (BrokerUnavailableException)
        {
            throw Unavailable();
        }
    }
}
