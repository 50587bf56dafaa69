using Failback.Contracts;
using Failback.Hosting.Retrying;
using Failback.Messaging.Broker;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Failback.Messaging.Publishing;

/// <summary>
/// Publishes rows and resolved timestamps into table queues. Holds one connection at a time and opens another after the first
/// failure; publications under way then fail and their senders repeat them.
/// </summary>
public sealed class TablePublisher(
    BrokerConnections broker, IOptions<PublisherOptions> options, PublisherMetrics metrics, TimeProvider time,
        ILogger<TablePublisher> logger)
    : BackgroundService
{
    private static readonly Backoff Waits = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(3));

    private volatile PublisherConnection? _current;
    private volatile TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string _problem = "the broker is not connected yet";

    /// <summary>Reason why publications are not accepted; null while they are.</summary>
    public string? Problem => _current is { } current ? current.EndReason : _problem;

    /// <summary>
    /// Waits a moment for a connection that is just being replaced, but not for a broker that is away. Returns <see
    /// cref="Problem"/>.
    /// </summary>
    public async ValueTask<string?> WaitUntilReadyAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        if (Problem is not { } problem) return null;
        if (_current?.IsBlocked == true) return problem;
        try
        {
            await _ready.Task.WaitAsync(atMost, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return Problem;
        }

        return Problem;
    }

    /// <summary>
    /// Publishes rows of a body in their order. Completes when the broker has stored all of them on disk, or with the first
    /// failure.
    /// </summary>
    /// <param name="queue">The table's queue.</param>
    /// <param name="rows">Places of the rows in the body.</param>
    /// <param name="body">The request's bytes; held until the publisher is done with them.</param>
    /// <param name="topic">Topic that is sent with rows of an unknown table; null otherwise.</param>
    /// <param name="deadline">Gives up; rows that are in no message yet stay out of the queue.</param>
    public Task<PublishResult> PublishRowsAsync(
        string queue, IReadOnlyList<RowSlice> rows, SharedBody body, string? topic, CancellationToken deadline) =>
        rows.Count == 0 ? Task.FromResult(PublishResult.Confirmed) : PublishAsync(queue, () => new Shipment(rows, body, topic), deadline);

    /// <summary>Publishes a resolved timestamp.</summary>
    public Task<PublishResult> PublishResolvedAsync(string queue, HlcTimestamp resolved, CancellationToken deadline) =>
        PublishAsync(queue, () => new Shipment(resolved), deadline);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        int failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            TimeSpan delay = Waits.Delay(++failures);
            try
            {
                using PublisherConnection connection =
                    await PublisherConnection.OpenAsync(broker, options.Value, metrics, time, logger, stoppingToken);
                long opened = time.GetTimestamp();
                await ServeAsync(connection, stoppingToken);

                // A connection that lived is replaced at once; one that did not must not be reopened in a tight loop.
                if (time.GetElapsedTime(opened) > Waits.Longest) (failures, delay) = (0, Waits.First);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                _problem = BrokerRefusal.Of(e);
                PublisherLog.Unreachable(logger, Reason(e), delay);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(delay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ServeAsync(PublisherConnection connection, CancellationToken stoppingToken)
    {
        _current = connection;
        _ready.TrySetResult();
        try
        {
            await connection.Ended.WaitAsync(stoppingToken);
            _ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            // A blocked connection stays open until the block is lifted: a new one would be blocked as well.
            await connection.Released.WaitAsync(stoppingToken);
        }
        finally
        {
            if (_ready.Task.IsCompleted) _ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _problem = connection.EndReason ?? "the publisher is stopping";
            _current = null;
        }
    }

    private async Task<PublishResult> PublishAsync(string queue, Func<Shipment> create, CancellationToken deadline)
    {
        if (_current is not { IsEnded: false } connection)
            return PublishResult.Unavailable(Problem ?? "the broker connection was just replaced");
        Shipment shipment = create();
        await using CancellationTokenRegistration registration = deadline.UnsafeRegister(
            static state => ((Shipment)state!).Withdraw(), shipment);
        connection.Lane(queue).Enqueue(shipment);
        return await shipment.Completion;
    }

    private static string Reason(Exception e)
    {
        while (e.InnerException is { } inner) e = inner;
        return e.GetType().Name;
    }
}
