using System.Net.Sockets;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace Failback.Messaging.Broker;

/// <summary>
/// Opens connections for the data path. They never recover by themselves: whoever holds one gives it up at the first failure and
/// opens another, because a recovered channel would carry numbers and deliveries that already belong to somebody else.
/// </summary>
public sealed class BrokerConnections(IOptions<BrokerOptions> options)
{
    /// <summary>A silent broker is given up after about three of these.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait for a new connection.</summary>
    public static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait for a broker command (declare, close, …).</summary>
    public static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Opens a connection; gives up after <see cref="OpenTimeout"/>.</summary>
    /// <param name="name">Shown by the broker's own tools.</param>
    /// <param name="cancellationToken">Gives up earlier.</param>
    /// <param name="heartbeat">Overrides <see cref="Heartbeat"/>.</param>
    /// <param name="socket">Makes the socket; null: the client library's own.</param>
    /// <exception cref="TimeoutException">The broker accepted the connection and then said nothing.</exception>
    internal async Task<IConnection> OpenAsync(
        string name, CancellationToken cancellationToken, TimeSpan? heartbeat = null, Func<AddressFamily, ITcpClient>? socket = null)
    {
        var factory = new ConnectionFactory
        {
            Uri = options.Value.Uri,
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedHeartbeat = heartbeat ?? Heartbeat,
            RequestedConnectionTimeout = OpenTimeout / 2,
            HandshakeContinuationTimeout = OpenTimeout / 2,
            ContinuationTimeout = CommandTimeout,
            ConsumerDispatchConcurrency = 1,
            ClientProvidedName = name,
        };
        if (socket is not null) factory.SocketFactory = socket;

        // A frozen broker can leave the handshake without an end whatever the timeouts say, hence the token and the wait around it;
        // a connection that arrives after the wait is closed by the continuation.
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(OpenTimeout);
        Task<IConnection> opening = factory.CreateConnectionAsync(deadline.Token);
        try
        {
            return await opening.WaitAsync(OpenTimeout + TimeSpan.FromSeconds(1), cancellationToken);
        }
        catch (Exception e)
        {
            Forget(opening);
            if (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
                throw new TimeoutException("the broker did not complete the connection in time", e);
            throw;
        }
    }

    /// <summary>
    /// Ends a connection without waiting for it: a dead one may take until the heartbeat to notice. Nothing may be expected of it
    /// afterwards.
    /// </summary>
    internal static void Discard(IConnection connection) => _ = AbortAsync(connection);

    /// <summary>Version that the broker states, for example 4.0.5; 0.0 when it states none.</summary>
    internal static Version ServerVersion(IConnection connection)
    {
        string text = connection.ServerProperties?.TryGetValue("version", out object? value) == true && value is byte[] bytes
            ? System.Text.Encoding.UTF8.GetString(bytes)
            : "";
        string number = text.Split('-', '+')[0];
        return Version.TryParse(number, out Version? version) ? version : new Version(0, 0);
    }

    private static void Forget(Task<IConnection> opening) =>
        _ = opening.ContinueWith(
            task =>
            {
                if (task.IsCompletedSuccessfully) Discard(task.Result);
                else _ = task.Exception;
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);

    private static async Task AbortAsync(IConnection connection)
    {
        await Task.Yield();
        try
        {
            await connection.AbortAsync(TimeSpan.FromSeconds(3));
            await connection.DisposeAsync();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever a connection says while it is thrown away concerns nobody any more; the broker drops it by its heartbeat.
            _ = e;
        }
    }
}
