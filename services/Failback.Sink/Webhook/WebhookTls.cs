using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Failback.Hosting.Security;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Failback.Sink.Webhook;

/// <summary>
/// Configures TLS 1.2 and 1.3 with the current certificate. When client authorities are configured, a handshake succeeds only with
/// a certificate of theirs.
/// </summary>
internal sealed class WebhookTls(Func<SslStreamCertificateContext> certificate, ClientCertificates? clients)
{
    private readonly Lock _gate = new();
    private SslServerAuthenticationOptions? _options;

    internal TlsHandshakeCallbackOptions Callback => new()
    {
        HandshakeTimeout = TimeSpan.FromSeconds(10),
        OnConnection = _ => ValueTask.FromResult(Options()),
    };

    // One object per certificate: sessions are resumed across the connections that share it.
    private SslServerAuthenticationOptions Options()
    {
        SslStreamCertificateContext current = certificate();
        lock (_gate)
        {
            if (_options?.ServerCertificateContext == current) return _options;
            return _options = new SslServerAuthenticationOptions
            {
                ServerCertificateContext = current,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                ClientCertificateRequired = clients is not null,
                RemoteCertificateValidationCallback = clients is null
                    ? null
                    : (_, shown, _, _) => clients.Accepts(shown as X509Certificate2),
            };
        }
    }
}
