using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Failback.Cockroach.Wire;
using Npgsql;

namespace Failback.Cockroach;

/// <summary>
/// A stand-in for a CockroachDB server. It speaks the PostgreSQL protocol, passes SQL on to a real PostgreSQL, implements
/// CockroachDB's own statements and runs webhook changefeeds from PostgreSQL's log. docs/design/stand-in.md lists what it does not do.
/// </summary>
public sealed class CockroachStandIn : IAsyncDisposable
{
    private readonly NpgsqlConnectionStringBuilder _server;
    private readonly X509Certificate2? _certificate;
    private readonly TimeProvider _time;
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, Task<ServedDatabase>> _databases = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, bool> _sessions = new();
    private readonly Task _accepting;

    private CockroachStandIn(string server, IPEndPoint endPoint, X509Certificate2? certificate, TimeProvider time)
    {
        _server = new NpgsqlConnectionStringBuilder(server);
        _certificate = certificate;
        _time = time;
        _listener = new TcpListener(endPoint);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Hooks by which a test can act at a statement.</summary>
    public StatementHooks Hooks { get; } = new();

    /// <summary>Port on which it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Starts a stand-in.</summary>
    /// <param name="server">Npgsql connection string of a superuser of the PostgreSQL behind it, which must have <c>wal_level =
    /// logical</c>.</param>
    /// <param name="endPoint">Address to listen on; default: a free port of this machine.</param>
    /// <param name="certificate">Certificate for TLS; without one connections are not encrypted.</param>
    /// <param name="time">Clock of pauses.</param>
    public static CockroachStandIn Start(
        string server, IPEndPoint? endPoint = null, X509Certificate2? certificate = null, TimeProvider? time = null) =>
        new(server, endPoint ?? new IPEndPoint(IPAddress.Loopback, 0), certificate, time ?? TimeProvider.System);

    /// <summary>
    /// Starts recording the history of a database. Without this call it starts with the first connection to the database.
    /// </summary>
    public Task ServeAsync(string database) => OpenAsync(database);

    /// <summary>Stops recording, so that the database can be dropped.</summary>
    public async Task ForgetAsync(string database)
    {
        if (!_databases.TryRemove(database, out Task<ServedDatabase>? served)) return;
        ServedDatabase open = await served;
        await open.ForgetAsync();
        await open.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_sessions.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (Task<ServedDatabase> served in _databases.Values) await (await served).DisposeAsync();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
            Task session = Task.Run(() => ServeAsync(client), CancellationToken.None);
            _sessions[session] = true;
            _ = session.ContinueWith(
                ended => _sessions.TryRemove(ended, out _), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await new ClientSession(client, _server.Host!, _server.Port, _certificate, OpenIfThereAsync, Hooks).RunAsync(_stop.Token);
            }
            catch (Exception e)
            when (e is IOException or SocketException or OperationCanceledException or InvalidDataException
                or System.Security.Authentication.AuthenticationException)
            {
                // A client that disconnects, speaks another protocol or trusts another authority ends only its own session.
            }
        }
    }

    // PostgreSQL itself reports to the client that the database does not exist.
    private async Task OpenIfThereAsync(string database)
    {
        if (database.Length == 0) return;
        try
        {
            await OpenAsync(database);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            _databases.TryRemove(database, out _);
        }
    }

    private Task<ServedDatabase> OpenAsync(string database) => _databases.GetOrAdd(
        database,
        name => ServedDatabase.OpenAsync(
            new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Database = name }.ConnectionString, _time));
}
