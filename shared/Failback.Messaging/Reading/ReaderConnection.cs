using RabbitMQ.Client;

namespace Failback.Messaging.Reading;

/// <summary>One connection for the readers of a process, opened when first needed and again after it was lost.</summary>
public sealed class ReaderConnection(BrokerConnections connections) : IAsyncDisposable
{
    /// <summary>Short, so that the queues of a frozen process are free again within ten seconds.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim gate = new(1, 1);
    private IConnection? current;

    /// <summary>The open connection.</summary>
    public async Task<IConnection> GetAsync(CancellationToken cancellationToken)
    {
        if (current is { IsOpen: true } open) return open;
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (current is { IsOpen: true } opened) return opened;
            if (current is not null) BrokerConnections.Discard(current);
            current = await connections.OpenAsync("failback-applier", cancellationToken, Heartbeat);
            return current;
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        gate.Dispose();
        if (current is null) return;
        await current.AbortAsync(TimeSpan.FromSeconds(3));
        await current.DisposeAsync();
    }
}
