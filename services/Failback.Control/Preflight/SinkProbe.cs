using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Failback.Contracts.Control;
using Failback.Control.Changefeeds;

namespace Failback.Control.Preflight;

/// <summary>What was seen at a webhook address.</summary>
/// <param name="Certificate">Of the server.</param>
/// <param name="Chained">It leads to an authority that CockroachDB would trust.</param>
/// <param name="Status">HTTP status of a GET; null: no HTTP came back.</param>
/// <param name="Clock">The server's clock; null: not told.</param>
internal sealed record SinkSight(X509Certificate2 Certificate, bool Chained, int? Status, DateTimeOffset? Clock) : IDisposable
{
    public void Dispose() => Certificate.Dispose();
}

/// <summary>Connects to a webhook address as CockroachDB will, and asks with a GET, which a sink refuses in words of its own.</summary>
internal static class SinkProbe
{
    private const int LongestHead = 16 * 1024;

    /// <param name="address">Address of the feed.</param>
    /// <param name="authority">PEM of the authority in ca_cert; null: only those of the machine.</param>
    /// <param name="client">Client certificate in client_cert and client_key; null: none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<SinkSight> LookAsync(
        WebhookAddress address, string? authority, X509Certificate2? client, CancellationToken cancellationToken)
    {
        X509Certificate2? seen = null;
        bool chained = false;
        using var socket = new TcpClient();
        await socket.ConnectAsync(address.Host.Trim('[', ']'), address.Port, cancellationToken);
        await using var tls = new SslStream(socket.GetStream());
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = address.Host,
            ClientCertificates = client is null ? null : [client],
            // Only looked at: what is wrong becomes findings.
            RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
            {
                if (certificate is null) return false;
                seen = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
                chained = IsTrusted(seen, chain, authority);
                return true;
            },
        };
        try
        {
            await tls.AuthenticateAsClientAsync(options, cancellationToken);
            (int? status, DateTimeOffset? clock) = await AskAsync(tls, address, cancellationToken);
            return new SinkSight(seen!, chained, status, clock);
        }
        catch
        {
            seen?.Dispose();
            throw;
        }
    }

    // As Go does: the authorities of the machine and the given one, with the intermediate certificates that the server sent; nothing is
    // fetched.
    private static bool IsTrusted(X509Certificate2 certificate, X509Chain? sent, string? authority)
    {
        X509Certificate2Collection given = [];
        if (authority is not null) given.ImportFromPem(authority);
        foreach (X509ChainTrustMode mode in (X509ChainTrustMode[])[X509ChainTrustMode.System, X509ChainTrustMode.CustomRootTrust])
        {
            if (mode == X509ChainTrustMode.CustomRootTrust && given.Count == 0) continue;
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = mode;
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.DisableCertificateDownloads = true;
            // Whether it has ended is a finding of its own.
            chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
            if (sent is not null) chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
            if (mode == X509ChainTrustMode.CustomRootTrust) chain.ChainPolicy.CustomTrustStore.AddRange(given);
            if (chain.Build(certificate)) return true;
        }

        return false;
    }

    private static async Task<(int? Status, DateTimeOffset? Clock)> AskAsync(
        SslStream tls, WebhookAddress address, CancellationToken cancellationToken)
    {
        await tls.WriteAsync(
            Encoding.ASCII.GetBytes($"GET {address.Path} HTTP/1.1\r\nHost: {address.Host}:{address.Port}\r\n"
                + $"User-Agent: {OwnProbe.UserAgent}\r\nConnection: close\r\n\r\n"),
            cancellationToken);
        byte[] head = new byte[LongestHead];
        int length = 0;
        while (length < head.Length && head.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
        {
            int read = await tls.ReadAsync(head.AsMemory(length), cancellationToken);
            if (read == 0) break;
            length += read;
        }

        string[] lines = Encoding.ASCII.GetString(head, 0, length).Split("\r\n");
        string[] first = lines[0].Split(' ');
        if (!first[0].StartsWith("HTTP/", StringComparison.Ordinal) || first.Length < 2
            || !int.TryParse(first[1], NumberStyles.None, CultureInfo.InvariantCulture, out int status)) return (null, null);
        string? date = lines.FirstOrDefault(line => line.StartsWith("Date: ", StringComparison.OrdinalIgnoreCase))?["Date: ".Length..];
        return (status,
            DateTimeOffset.TryParseExact(date, "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset clock)
            ? clock
            : null);
    }
}
