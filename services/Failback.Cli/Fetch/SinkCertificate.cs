using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Failback.Cli.Api;
using Failback.Cli.Output;
using Failback.Cli.Settings;

namespace Failback.Cli.Fetch;

/// <summary>
/// Checks what the sink serves. The replicator was the sink; here it is a service of its own that reads its certificate itself, so the
/// flags can only be held against it.
/// </summary>
internal static class SinkCertificate
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <exception cref="CallFailedException">Another certificate, or another port.</exception>
    public static async Task CheckAsync(ReplicatorFlags flags, Uri webhook, CancellationToken cancellationToken)
    {
        if (flags["bindAddr"] is { } bind
            && bind[(bind.LastIndexOf(':') + 1)..] != webhook.Port.ToString(System.Globalization.CultureInfo.InvariantCulture))
            throw CallFailedException.Usage(
                $"--bindAddr {bind} is not where the sink listens: its webhook is {webhook.GetLeftPart(UriPartial.Authority)}",
                "start the sink with that port (Failback__Sink__Port), or leave --bindAddr out");
        if (flags["tlsCertificate"] is not { } file) return;
        if (!File.Exists(file))
            throw CallFailedException.Usage($"--tlsCertificate: the file {file} is not there", "name the certificate of the sink");
        using X509Certificate2 wanted = X509CertificateLoader.LoadCertificateFromFile(file);
        string? served = await ServedAsync(webhook, cancellationToken);
        if (served is null)
        {
            JsonLog.Write(
                "warn", $"the sink's certificate could not be looked at: {webhook.GetLeftPart(UriPartial.Authority)} is not reachable "
                    + $"from here; CockroachDB must reach it");
            return;
        }

        if (served != wanted.Thumbprint)
        {
            throw new CallFailedException(
                ExitCodes.Refused, "other_certificate", $"the sink serves another certificate than {file}",
                "start the sink with Failback__Sink__TlsCertificate and Failback__Sink__TlsPrivateKey set to these files, or leave the "
                    + "two flags out");
        }
    }

    private static async Task<string?> ServedAsync(Uri webhook, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        string? thumbprint = null;
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(webhook.Host, webhook.Port, deadline.Token);
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = webhook.Host,
                    // Only looked at, nothing is sent: whether it is trusted is for CockroachDB to say.
                    RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                    {
                        thumbprint = (certificate as X509Certificate2)?.Thumbprint ?? certificate?.GetCertHashString();
                        return thumbprint is not null;
                    },
                },
                deadline.Token);
        }
        catch (Exception e)
        when (!cancellationToken.IsCancellationRequested
            && e is SocketException or IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // A sink that asks for a client certificate has shown its own by then.
            return thumbprint;
        }

        return thumbprint;
    }
}
