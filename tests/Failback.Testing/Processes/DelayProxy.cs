using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Failback.Testing.Processes;

/// <summary>
/// A TCP proxy on the loopback address that makes a server distant: bytes arrive half a round trip after they were sent, in each
/// direction, without a limit to the bytes on the way. Counts the round trips of its clients.
/// </summary>
public sealed class DelayProxy : IAsyncDisposable
{
    private const int ChunkBytes = 64 * 1024;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, bool> _serving = new();
    private readonly string _host;
    private readonly int _port;
    private readonly TimeSpan _oneWay;
    private readonly Task _accepting;
    private long _roundTrips;

    /// <summary>Begins to listen.</summary>
    /// <param name="host">Host of the server.</param>
    /// <param name="port">Port of the server.</param>
    /// <param name="roundTrip">Time that a question and its answer need on the way, together.</param>
    public DelayProxy(string host, int port, TimeSpan roundTrip)
    {
        _host = host;
        _port = port;
        _oneWay = roundTrip / 2;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Port to connect to.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>
    /// Times that a client, having received an answer or nothing yet, sent something: what it then waits for costs a round trip.
    /// </summary>
    public long RoundTrips => Interlocked.Read(ref _roundTrips);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_serving.Keys);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                Socket client = await _listener.AcceptSocketAsync(_stop.Token);
                Task serving = ServeAsync(client);
                _serving[serving] = true;
                _ = serving.ContinueWith(ended => _serving.TryRemove(ended, out _), TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The proxy was disposed, which closes the listener during the accept.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        using (var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true })
        {
            client.NoDelay = true;
            var turn = new Turn();
            try
            {
                await server.ConnectAsync(_host, _port, _stop.Token);
                using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                Task[] pumps = [
                    PumpAsync(client, server, () => Asked(turn), ended.Token),
                    PumpAsync(server, client, () => turn.IsOfServer = false, ended.Token)];
                await Task.WhenAny(pumps);
                await ended.CancelAsync();
                await Task.WhenAll(pumps);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // One end is gone or the proxy was disposed; both sockets are closed here.
            }
        }
    }

    private void Asked(Turn turn)
    {
        if (turn.IsOfServer) return;
        turn.IsOfServer = true;
        Interlocked.Increment(ref _roundTrips);
    }

    /// <summary>Reads at once and writes later, so that bytes on the way do not hold up those behind them.</summary>
    private async Task PumpAsync(Socket from, Socket to, Action received, CancellationToken cancellationToken)
    {
        var way = Channel.CreateUnbounded<(long Due, byte[] Bytes)>(new() { SingleReader = true, SingleWriter = true });
        Task writing = WriteAsync(way.Reader, to, cancellationToken);
        try
        {
            byte[] buffer = new byte[ChunkBytes];
            while (await from.ReceiveAsync(buffer, cancellationToken) is > 0 and int read)
            {
                received();
                way.Writer.TryWrite((Stopwatch.GetTimestamp() + (long)(_oneWay.TotalSeconds * Stopwatch.Frequency), buffer[..read]));
            }
        }
        finally
        {
            way.Writer.Complete();
            await writing;
        }
    }

    private static async Task WriteAsync(
        ChannelReader<(long Due, byte[] Bytes)> way, Socket to, CancellationToken cancellationToken)
    {
        await foreach ((long due, byte[] bytes) in way.ReadAllAsync(cancellationToken))
        {
            TimeSpan left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (left > TimeSpan.Zero) await Task.Delay(left, cancellationToken);
            for (int sent = 0; sent < bytes.Length;) sent += await to.SendAsync(bytes.AsMemory(sent), cancellationToken);
        }
    }

    private sealed class Turn
    {
        /// <summary>The client has asked and the server has not begun to answer.</summary>
        public volatile bool IsOfServer;
    }
}
