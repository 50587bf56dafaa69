using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Failback.EndToEnd.Tests.Sink;

/// <summary>Clients that choose their address, their certificate and their TLS version.</summary>
internal static class TlsProbe
{
    private const byte Alert = 0x15;
    private const byte Handshake = 0x16;

    /// <summary>A client from an address of its own (127.0.0.0/8), so that its failures count against nobody else.</summary>
    /// <param name="port">Port of the sink.</param>
    /// <param name="from">Last byte of the address.</param>
    /// <param name="certificate">What it shows; null: nothing.</param>
    public static HttpClient Client(int port, byte from, X509Certificate2? certificate = null)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, from]), 0));
                await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        if (certificate is not null) handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        return new HttpClient(handler) { BaseAddress = new Uri($"https://localhost:{port}"), Timeout = TimeSpan.FromSeconds(20) };
    }

    /// <summary>Posts an empty batch.</summary>
    public static async Task<(int Status, string Text, HttpResponseMessage Answer)> KnockAsync(
        this HttpClient client, string path, string? authorization, string body = """{"payload":[],"length":0}""")
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, path)
        { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        HttpResponseMessage answer = await client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer);
    }

    /// <summary>The certificate that a new connection is shown.</summary>
    public static async Task<string> SubjectAsync(int port)
    {
        string subject = "";
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = (_, shown, _, _) => (subject = shown!.Subject).Length > 0
            });
        return subject;
    }

    /// <summary>
    /// Says hello in a version of TLS, byte by byte, since the libraries of today do not speak the old ones. True: the server goes on;
    /// false: it refuses the version.
    /// </summary>
    public static async Task<bool> SpeaksAsync(int port, byte minor)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Hello(minor));
        byte[] answer = new byte[7];
        int read = await stream.ReadAtLeastAsync(answer, 7, throwOnEndOfStream: false);
        return read == 7 && answer[0] switch
        {
            Handshake => true,
            // protocol_version
            Alert => answer[6] != 70 ? throw new InvalidOperationException($"alert {answer[6]}") : false,
            _ => throw new InvalidOperationException($"record {answer[0]}"),
        };
    }

    private static byte[] Hello(byte minor)
    {
        // ECDHE-ECDSA with AES-CBC-SHA and AES-GCM; curves x25519 and P-256; uncompressed points; signatures with ECDSA.
        byte[] extensions = [0, 10, 0, 6, 0, 4, 0, 29, 0, 23, 0, 11, 0, 2, 1, 0, 0, 13, 0, 6, 0, 4, 4, 3, 2, 3];
        byte[] body = [
            3, minor, .. RandomNumberGenerator.GetBytes(32), 0, 0, 4, 0xc0, 0x09, 0xc0, 0x2b, 1, 0, 0, (byte)extensions.Length,
            .. extensions];
        byte[] message = [1, 0, 0, (byte)body.Length, .. body];
        return [Handshake, 3, 1, 0, (byte)message.Length, .. message];
    }
}
