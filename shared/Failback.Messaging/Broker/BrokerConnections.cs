using System.Net.Sockets;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace Failback.Messaging.Broker;

/// <summary>
/// Opens connections for the data path. They never recover by themselves: the holder gives a connection up at the first failure and
/// opens another, because a recovered channel would carry publisher numbers and deliveries that already belong to another process.
/// </summary>
public sealed class BrokerConnections(IOptions<BrokerOptions> options)
{
    /// <summary>Heartbeat interval, 5 s. A silent broker is given up after about three of them.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait for a new connection, 10 s.</summary>
    public static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait for a broker command (declare, close, …), 10 s.</summary>
    public static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Opens a connection; gives up after <see cref="OpenTimeout"/>.</summary>
    /// <param name="name">Name of the connection in the broker's own tools.</param>
    /// <param name="cancellationToken">Gives up earlier.</param>
    /// <param name="heartbeat">Overrides <see cref="Heartbeat"/>.</param>
    /// <param name="socket">Creates the socket; null: the socket of the client library.</param>
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

        // A frozen broker can leave the handshake open for ever in spite of the timeouts, hence the token and the wait around it. A
        // connection that arrives after the wait is closed by the continuation.
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
    /// Ends a connection without waiting: a dead one may take until the heartbeat to notice. The connection must not be used
    /// afterwards.
    /// </summary>
    internal static void Discard(IConnection connection) => _ = AbortAsync(connection);

    /// <summary>Returns the version that the broker states, for example 4.0.5, or 0.0 when it states none.</summary>
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
            // Errors of a connection that is thrown away need no handling; the broker drops it when its heartbeats stop.
            _ = e;
        }
    }
}
