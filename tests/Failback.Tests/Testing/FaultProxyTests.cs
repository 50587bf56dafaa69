using System.Net;
using System.Net.Sockets;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.Tests.Testing;

public sealed class FaultProxyTests : IAsyncLifetime
{
    private readonly TcpListener _echo = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private Task _serving = Task.CompletedTask;
    private FaultProxy _proxy = null!;
    private int _received;

    public ValueTask InitializeAsync()
    {
        _echo.Start();
        _serving = ServeAsync();
        _proxy = new FaultProxy("127.0.0.1", ((IPEndPoint)_echo.LocalEndpoint).Port);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _stop.CancelAsync();
        await _serving;
        _echo.Stop();
        _stop.Dispose();
    }

    [Fact]
    public async Task Passes_bytes_both_ways()
    {
        using Socket client = await ConnectAsync();
        Assert.Equal(5, await RoundTripAsync(client, "hello"u8.ToArray()));
    }

    [Fact]
    public async Task Loses_the_answer_although_the_server_got_everything()
    {
        _proxy.Faults = new Faults { LoseAnswers = true };
        using Socket client = await ConnectAsync();
        await Assert.ThrowsAsync<SocketException>(() => RoundTripAsync(client, "hello"u8.ToArray()));
        Assert.Equal(5, _received);
    }

    [Fact]
    public async Task Cuts_after_a_number_of_bytes()
    {
        _proxy.Faults = new Faults { CutAfterBytes = 3 };
        using Socket client = await ConnectAsync();
        await Assert.ThrowsAnyAsync<SocketException>(async () =>
        {
            while (true) await RoundTripAsync(client, "hello"u8.ToArray());
        });
        Assert.InRange(_received, 0, 3);
    }

    [Fact]
    public async Task Refuses_new_connections_and_heals()
    {
        _proxy.Faults = new Faults { Refuse = true };
        await Assert.ThrowsAnyAsync<SocketException>(async () =>
        {
            using Socket client = await ConnectAsync();
            await RoundTripAsync(client, "x"u8.ToArray());
        });
        _proxy.Faults = new Faults();
        using Socket healed = await ConnectAsync();
        Assert.Equal(1, await RoundTripAsync(healed, "x"u8.ToArray()));
    }

    [Fact]
    public async Task A_black_hole_holds_the_bytes_until_it_is_gone()
    {
        _proxy.Faults = new Faults { BlackHole = true };
        using Socket client = await ConnectAsync();
        Task<int> answer = RoundTripAsync(client, "held"u8.ToArray());
        await Wait.UntilAsync(() => Task.FromResult(_proxy.Accepted == 1), TimeSpan.FromSeconds(5), () => "no connection");
        Assert.False(answer.IsCompleted);
        _proxy.Faults = new Faults();
        Assert.Equal(4, await answer);
    }

    [Fact]
    public async Task Loses_the_answer_to_certain_bytes_only()
    {
        _proxy.Faults = new Faults { LoseAnswerTo = "commit"u8.ToArray() };
        using Socket client = await ConnectAsync();
        Assert.Equal(5, await RoundTripAsync(client, "begin"u8.ToArray()));
        await Assert.ThrowsAsync<SocketException>(() => RoundTripAsync(client, "commit"u8.ToArray()));
        Assert.Equal(11, _received);
        Assert.Equal(1, _proxy.AnswersLost);
    }

    [Fact]
    public async Task Troubles_only_the_process_it_is_told_to()
    {
        const int Init = 1;
        _proxy.Faults = new Faults { LoseAnswers = true, OnlyProcess = Init };
        using Socket spared = await ConnectAsync();
        Assert.Equal(1, await RoundTripAsync(spared, "x"u8.ToArray()));
        _proxy.Faults = new Faults { LoseAnswers = true, OnlyProcess = Environment.ProcessId };
        await Assert.ThrowsAsync<SocketException>(() => RoundTripAsync(spared, "x"u8.ToArray()));
    }

    private async Task<Socket> ConnectAsync()
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, _proxy.Port);
        return client;
    }

    private static async Task<int> RoundTripAsync(Socket client, byte[] bytes)
    {
        await client.SendAsync(bytes);
        int read = await client.ReceiveAsync(new byte[100]);
        return read > 0 ? read : throw new SocketException((int)SocketError.ConnectionReset);
    }

    private async Task ServeAsync()
    {
        try
        {
            while (!_stop.IsCancellationRequested) _ = EchoAsync(await _echo.AcceptSocketAsync(_stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task EchoAsync(Socket socket)
    {
        byte[] buffer = new byte[100];
        try
        {
            for (int read; (read = await socket.ReceiveAsync(buffer, _stop.Token)) > 0;)
            {
                Interlocked.Add(ref _received, read);
                await socket.SendAsync(buffer.AsMemory(0, read), _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // Cut by the proxy.
        }
    }
}
