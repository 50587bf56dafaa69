using Failback.Messaging.Broker;
using RabbitMQ.Client;

namespace Failback.Messaging.Reading;

/// <summary>An idle connection by which an applier knows whether it can reach the broker.</summary>
public sealed class BrokerWatch(BrokerConnections connections) : IAsyncDisposable
{
    /// <summary>As short as the heartbeat of the readers: both notice a silent broker at the same time.</summary>
    private static readonly TimeSpan Heartbeat = TableQueueReader.Heartbeat;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private IConnection? _current;

    /// <summary>Returns at once while the connection is open; otherwise opens another.</summary>
    /// <exception cref="Exception">The broker cannot be reached, or the token was cancelled first.</exception>
    public async Task ReachAsync(CancellationToken cancellationToken)
    {
        if (_current is { IsOpen: true }) return;
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (_current is { IsOpen: true }) return;
            if (_current is not null) BrokerConnections.Discard(_current);
            _current = null;
            _current = await connections.OpenAsync("failback-applier-watch", cancellationToken, Heartbeat);
        }
        finally
        {
            _gate.Release();
        }
    }

    public ValueTask DisposeAsync()
    {
        _gate.Dispose();
        if (_current is not null) BrokerConnections.Discard(_current);
        return ValueTask.CompletedTask;
    }
}
