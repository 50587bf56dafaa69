using System.Collections.Concurrent;
using Failback.Messaging.Broker;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Failback.Messaging.Publishing;

/// <summary>
/// One broker connection for publishing, from opening to its first failure; it is never repaired. Each publication has a deadline
/// of its own, because a frozen broker sends nothing at all, and few are in flight, because the client's outgoing buffer must never
/// fill up.
/// </summary>
internal sealed class PublisherConnection : IDisposable
{
    /// <summary>Publishes in flight; the client survives a freezing broker only while this stays well below 128.</summary>
    private const int MaxInFlight = 64;

    private readonly ConcurrentDictionary<string, QueueLane> _lanes = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _inFlight = new(MaxInFlight);
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _endSignal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly PublisherOptions _options;
    private readonly PublisherMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private string? _endReason;

    private PublisherConnection(
        IConnection connection, IChannel channel, PublisherOptions options, PublisherMetrics metrics, TimeProvider time, ILogger logger)
    {
        _connection = connection;
        _channel = channel;
        _options = options;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        connection.ConnectionBlockedAsync += OnBlockedAsync;
        connection.ConnectionUnblockedAsync += OnUnblockedAsync;
        connection.ConnectionShutdownAsync += OnShutdownAsync;
        channel.ChannelShutdownAsync += OnShutdownAsync;
        if (!connection.IsOpen || !channel.IsOpen) End("the broker closed the connection");
    }

    /// <summary>Reason why the connection ended; null while it is good.</summary>
    internal string? EndReason => Volatile.Read(ref _endReason);

    internal bool IsEnded => EndReason is not null;

    /// <summary>
    /// True while the broker does not read from publishers (memory or disk alarm,
    /// https://www.rabbitmq.com/docs/connection-blocked).
    /// </summary>
    internal bool IsBlocked { get; private set; }

    /// <summary>Completes when no more may be published on this connection.</summary>
    internal Task Ended => _endSignal.Task;

    /// <summary>Completes when there is no reason to keep the connection: closed, broken, or blocked and unblocked again.</summary>
    internal Task Released => _released.Task;

    internal static async Task<PublisherConnection> OpenAsync(
        BrokerConnections broker, PublisherOptions options, PublisherMetrics metrics, TimeProvider time, ILogger logger,
        CancellationToken cancellationToken)
    {
        IConnection connection = await broker.OpenAsync(options.ConnectionName, cancellationToken);
        try
        {
            // The client tracks confirms. Its rate limiter is slow and does not bound what must be bounded; MaxInFlight does.
            var channelOptions = new CreateChannelOptions(
                publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true,
                outstandingPublisherConfirmationsRateLimiter: null);
            IChannel channel = await connection.CreateChannelAsync(channelOptions, cancellationToken)
                .WaitAsync(BrokerConnections.CommandTimeout, time, cancellationToken);
            metrics.ConnectionOpened();
            PublisherLog.Connected(logger, BrokerConnections.ServerVersion(connection));
            return new PublisherConnection(connection, channel, options, metrics, time, logger);
        }
        catch
        {
            BrokerConnections.Discard(connection);
            throw;
        }
    }

    internal QueueLane Lane(string queue) =>
        _lanes.GetOrAdd(queue, static (name, self) => new QueueLane(name, self, self._metrics, self._time), this);

    /// <summary>
    /// Waits for a place among the publications in flight, which <see cref="Exit"/> gives back. Returns false when the connection
    /// has ended.
    /// </summary>
    internal async Task<bool> EnterAsync()
    {
        try
        {
            await _inFlight.WaitAsync(_ended.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    internal void Exit() => _inFlight.Release();

    /// <summary>
    /// Publishes one message and waits until the broker confirms or refuses it; ends the connection when neither happens in time.
    /// The call must lie between <see cref="EnterAsync"/> and <see cref="Exit"/>.
    /// </summary>
    internal async Task<PublishResult> PublishAsync(
        string queue, string type, Dictionary<string, object?> headers, ReadOnlyMemory<byte> body)
    {
        long start = _time.GetTimestamp();
        PublishResult result = IsEnded ? PublishResult.Unavailable(EndReason!) : await PublishNowAsync(queue, type, headers, body);
        _metrics.Published(result.Outcome, _time.GetElapsedTime(start));
        return result;
    }

    /// <summary>Stops publishing on this connection and wakes everything that waits for it.</summary>
    internal void End(string reason)
    {
        if (Interlocked.CompareExchange(ref _endReason, reason, null) is null)
        {
            PublisherLog.Ended(_logger, reason);
            _endSignal.TrySetResult();
            _ended.Cancel();
        }

        if (!IsBlocked) _released.TrySetResult();
    }

    /// <summary>Gives the connection up without waiting for the broker.</summary>
    public void Dispose()
    {
        IsBlocked = false;
        End("the publisher stopped");
        BrokerConnections.Discard(_connection);
    }

    private async Task<PublishResult> PublishNowAsync(
        string queue, string type, Dictionary<string, object?> headers, ReadOnlyMemory<byte> body)
    {
        var published = new AmqpTimestamp(_time.GetUtcNow().ToUnixTimeSeconds());
        // Persistent and to a quorum queue: a confirm means that a majority of the queue's members has the message on disk.
        var properties = new BasicProperties { Type = type, Persistent = true, Headers = headers, Timestamp = published };
        try
        {
            Task publish = _channel.BasicPublishAsync("", queue, mandatory: true, properties, body, _ended.Token).AsTask();
            await publish.WaitAsync(_options.ConfirmTimeout, _time, _ended.Token);
            return PublishResult.Confirmed;
        }
        catch (PublishException e)
        {
            // A definite answer: the message cannot turn up later, so the connection is still good for the other queues.
            string reason = e.IsReturn ? $"queue {queue} does not exist" : $"queue {queue} is full or not served";
            PublisherLog.Refused(_logger, reason);
            return PublishResult.Refused(reason);
        }
        catch (TimeoutException)
        {
            End($"no confirm within {_options.ConfirmTimeout.TotalSeconds:0.#} s");
        }
        catch (OperationCanceledException)
        {
            End("the broker connection ended");
        }
        catch (Exception e)
        {
            End("publishing failed: " + e.GetType().Name);
        }

        return PublishResult.Unavailable(EndReason!);
    }

    private Task OnBlockedAsync(object sender, ConnectionBlockedEventArgs e)
    {
        // Messages already handed over are still sent when the block is lifted; the connection is kept only to learn of that.
        IsBlocked = true;
        _metrics.Blocked();
        PublisherLog.Blocked(_logger, e.Reason);
        End("the broker blocks publishing (memory or disk alarm)");
        return Task.CompletedTask;
    }

    private Task OnUnblockedAsync(object sender, AsyncEventArgs e)
    {
        IsBlocked = false;
        End("the broker lifted its block");
        return Task.CompletedTask;
    }

    private Task OnShutdownAsync(object sender, ShutdownEventArgs e)
    {
        IsBlocked = false;
        End("the broker closed the connection");
        return Task.CompletedTask;
    }
}
