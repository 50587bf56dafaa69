using System.Net;
using System.Net.Sockets;
using System.Text;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.Tests.Testing;

/// <summary>A server that dies at any moment of a call looks cut, whatever .NET makes of it; one that answers does not.</summary>
public sealed class BrokenCallTests
{
    private const string Head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n";

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 20")]
    [InlineData(Head)]
    [InlineData(Head + "half of it")]
    public async Task A_connection_that_ends_before_the_answer_is_complete_is_cut(string answer)
    {
        foreach (bool reset in (bool[])[true, false])
        {
            foreach (HttpCompletionOption completion in Enum.GetValues<HttpCompletionOption>())
                await BrokenCall.ExpectCutAsync(() => CallAsync(answer, reset, completion));
        }
    }

    [Fact]
    public async Task Nobody_on_the_port_is_cut_too()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var client = new HttpClient();
        await BrokenCall.ExpectCutAsync(() => client.GetAsync(new Uri($"http://127.0.0.1:{port}/")));
    }

    public static TheoryData<Exception, bool, bool> Forms => new()
    {
        { new SocketException(104), true, true },
        { new IOException("broken pipe"), true, true },
        { new HttpRequestException("refused"), true, true },
        { new TaskCanceledException("the connection was closed"), true, true },
        { new TaskCanceledException("patience", new TimeoutException()), false, true },
        { new HttpRequestException("unavailable", null, HttpStatusCode.ServiceUnavailable), false, true },
        { new InvalidOperationException(), false, false },
    };

    [Theory(DisableDiscoveryEnumeration = true), MemberData(nameof(Forms))]
    public void Forms_are_told_apart(Exception e, bool cut, bool withoutResult) =>
        Assert.Equal((cut, withoutResult), (BrokenCall.IsCut(e), BrokenCall.IsWithoutResult(e)));

    [Fact]
    public async Task An_answer_is_not_a_cut()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => BrokenCall.ExpectCutAsync(() => Task.CompletedTask));
        await Assert.ThrowsAsync<HttpRequestException>(
            () => BrokenCall.ExpectCutAsync(() => throw new HttpRequestException("no", null, HttpStatusCode.Conflict)));
    }

    private static async Task CallAsync(string answer, bool reset, HttpCompletionOption completion)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task serving = ServeAsync(listener, answer, reset);
        using var client = new HttpClient();
        try
        {
            using HttpResponseMessage message = await client.GetAsync(
                new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/"), completion);
            await message.Content.ReadAsStringAsync();
        }
        finally
        {
            await serving;
        }
    }

    private static async Task ServeAsync(TcpListener listener, string answer, bool reset)
    {
        using Socket socket = await listener.AcceptSocketAsync();
        listener.Stop();
        await socket.ReceiveAsync(new byte[4096]);
        if (answer.Length > 0) await socket.SendAsync(Encoding.ASCII.GetBytes(answer));
        if (reset) socket.LingerState = new LingerOption(true, 0);
    }
}
