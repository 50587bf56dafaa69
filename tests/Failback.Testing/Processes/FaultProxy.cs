using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Failback.Testing.Processes;

/// <summary>The faults that a <see cref="FaultProxy"/> applies to its connections.</summary>
public sealed record Faults
{
    /// <summary>Delay of every chunk, in each direction.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Bytes per second and direction; 0: unlimited.</summary>
    public int BytesPerSecond { get; init; }

    /// <summary>No bytes pass; connections stay open.</summary>
    public bool BlackHole { get; init; }

    /// <summary>New connections are reset at once.</summary>
    public bool Refuse { get; init; }

    /// <summary>The server's bytes are dropped and the connection is cut: the work was done, but its answer is lost.</summary>
    public bool LoseAnswers { get; init; }

    /// <summary>A connection is cut after this many bytes from the client; 0: never.</summary>
    public long CutAfterBytes { get; init; }

    /// <summary>
    /// After a client has sent these bytes (within one chunk), the server's next answer is dropped and the connection is cut. With
    /// a commit: the server has done it, and the client cannot know.
    /// </summary>
    public byte[] LoseAnswerTo { get; init; } = [];

    /// <summary>Only connections of this process are affected; 0: all.</summary>
    public int OnlyProcess { get; init; }
}

/// <summary>A TCP proxy on the loopback address that breaks connections on purpose.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private const int ChunkBytes = 16 * 1024;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private static readonly Faults Healthy = new();
    private readonly ConcurrentDictionary<Socket, Socket> _connections = new();
    private readonly ConcurrentDictionary<(Socket Client, int Process), bool> _owned = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly string _host;
    private readonly int _port;
    private readonly Task _accepting;

    public FaultProxy(string host, int port)
    {
        _host = host;
        _port = port;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Port to connect to.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The current faults; may be replaced at any time.</summary>
    public Faults Faults { get; set; } = Healthy;

    /// <summary>Ends all faults; returns a description when there were any, otherwise null.</summary>
    public string? Heal()
    {
        if (Faults == Healthy) return null;
        string was = $"a proxy was left with {Faults}";
        Faults = Healthy;
        return was;
    }

    /// <summary>Connections made so far.</summary>
    public int Accepted { get; private set; }

    /// <summary>Answers dropped by <see cref="Faults.LoseAnswers"/> and <see cref="Faults.LoseAnswerTo"/>.</summary>
    public int AnswersLost { get; private set; }

    /// <summary>Resets every open connection, or those of one process.</summary>
    public void ResetConnections(int process = 0)
    {
        foreach ((Socket client, Socket server) in _connections)
        {
            if (process != 0 && !IsOf(client, process)) continue;
            Reset(client);
            Reset(server);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        ResetConnections();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                Socket client = await _listener.AcceptSocketAsync(_stop.Token);
                Accepted++;
                if (Applying(client).Refuse) Reset(client);
                else _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The proxy was disposed, which closes the listener during the accept.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        _connections[client] = server;
        try
        {
            await server.ConnectAsync(_host, _port, _stop.Token);
            var watch = new AnswerWatch();
            await Task.WhenAny(PumpAsync(client, server, client, watch), PumpAsync(server, client, client, watch));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Broken connections are the purpose of this class; both ends are reset below.
        }
        finally
        {
            _connections.TryRemove(client, out _);
            foreach ((Socket Client, int Process) place in _owned.Keys.Where(o => o.Client == client)) _owned.TryRemove(place, out _);
            Reset(client);
            Reset(server);
        }
    }

    private async Task PumpAsync(Socket from, Socket to, Socket client, AnswerWatch watch)
    {
        bool fromClient = from == client;
        byte[] buffer = new byte[ChunkBytes];
        long passed = 0;
        try
        {
            while (true)
            {
                int read = await from.ReceiveAsync(buffer, _stop.Token);
                if (read == 0) return;
                // Looked up for each chunk: faults begin and end while connections are open.
                while (Applying(client).BlackHole) await Task.Delay(20, _stop.Token);
                Faults faults = Applying(client);
                if (fromClient && faults.LoseAnswerTo.Length > 0 && buffer.AsSpan(0, read).IndexOf(faults.LoseAnswerTo) >= 0)
                    watch.Armed = true;
                if (!fromClient && (faults.LoseAnswers || watch.Armed))
                {
                    AnswersLost++;
                    return;
                }

                if (faults.Latency > TimeSpan.Zero) await Task.Delay(faults.Latency, _stop.Token);
                if (faults.BytesPerSecond > 0) await Task.Delay(TimeSpan.FromSeconds((double)read / faults.BytesPerSecond), _stop.Token);
                if (fromClient && faults.CutAfterBytes > 0 && passed + read > faults.CutAfterBytes)
                    read = (int)(faults.CutAfterBytes - passed);
                for (int sent = 0; sent < read;) sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), _stop.Token);
                passed += read;
                if (fromClient && faults.CutAfterBytes > 0 && passed >= faults.CutAfterBytes) return;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One end is gone; the caller resets the other.
        }
    }

    /// <summary>Returns the faults that apply to a connection now.</summary>
    private Faults Applying(Socket client)
    {
        Faults faults = Faults;
        return faults.OnlyProcess == 0 || IsOf(client, faults.OnlyProcess) ? faults : Healthy;
    }

    private bool IsOf(Socket client, int process)
    {
        try
        {
            return _owned.GetOrAdd(
                (client, process), static place => place.Client.RemoteEndPoint is IPEndPoint end
                && SocketOwner.Owns(place.Process, end.Port));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection is already closed.
            return false;
        }
    }

    private static void Reset(Socket socket)
    {
        try
        {
            // A linger time of zero makes close send RST instead of FIN: the peer sees a broken connection, not an orderly end.
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Already closed.
        }
    }

    /// <summary>Remembers that a connection has sent a request whose answer must not arrive.</summary>
    private sealed class AnswerWatch
    {
        public volatile bool Armed;
    }
}
