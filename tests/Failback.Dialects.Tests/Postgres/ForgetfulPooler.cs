using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Failback.Dialects.Tests.Postgres;

/// <summary>
/// A pooler of connections that has <c>options</c> in its list of startup parameters to ignore: clients get sessions without what they
/// asked
/// for, and no error. https://www.postgresql.org/docs/current/protocol-message-formats.html
/// </summary>
internal sealed class ForgetfulPooler : IAsyncDisposable
{
    private const int EncryptionRequest = 80_877_103;
    private const int GssRequest = 80_877_104;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Uri _server;
    private readonly Task _accepting;

    public ForgetfulPooler(string url)
    {
        _server = new Uri(url);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The same database and user by way of the pooler.</summary>
    public string Url => new UriBuilder(_server) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri.ToString();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var running = new List<Task>();
        try
        {
            while (true) running.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using TcpClient accepted = client;
        using var server = new TcpClient();
        try
        {
            await server.ConnectAsync(_server.Host, _server.Port, _stop.Token);
            NetworkStream near = accepted.GetStream(), far = server.GetStream();
            await far.WriteAsync(Forget(await ReadStartupAsync(near)), _stop.Token);
            await Task.WhenAny(near.CopyToAsync(far, _stop.Token), far.CopyToAsync(near, _stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client has gone, or the test is over.
        }
    }

    private async Task<byte[]> ReadStartupAsync(NetworkStream client)
    {
        while (true)
        {
            byte[] head = new byte[8];
            await client.ReadExactlyAsync(head, _stop.Token);
            if (BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4)) is EncryptionRequest or GssRequest)
            {
                await client.WriteAsync("N"u8.ToArray(), _stop.Token);
                continue;
            }

            byte[] message = new byte[BinaryPrimitives.ReadInt32BigEndian(head)];
            head.CopyTo(message, 0);
            await client.ReadExactlyAsync(message.AsMemory(8), _stop.Token);
            return message;
        }
    }

    private static byte[] Forget(byte[] startup)
    {
        string[] words = Encoding.UTF8.GetString(startup, 8, startup.Length - 8).Split('\0');
        string kept = string.Concat(words.Chunk(2).Where(p => p is [not ("options" or ""), _]).Select(p => $"{p[0]}\0{p[1]}\0"));
        byte[] message = [0, 0, 0, 0, .. startup.AsSpan(4, 4), .. Encoding.UTF8.GetBytes(kept), 0];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        return message;
    }
}
