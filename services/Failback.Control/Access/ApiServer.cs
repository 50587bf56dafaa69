using System.Net;
using System.Security.Authentication;
using Failback.Control.Settings;
using Failback.Hosting.Security;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Failback.Control.Access;

/// <summary>Configures TLS 1.2 and 1.3 for https addresses, with a certificate that is read again when its files change.</summary>
internal sealed class ApiServer(IOptions<ControlOptions> options, TimeProvider time, ILogger<ApiServer> log)
    : IConfigureOptions<KestrelServerOptions>
{
    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        ControlOptions control = options.Value;
        // Not refused: a proxy with TLS may stand before this process.
        foreach (string url in control.Url.Split(';').Where(IsOpen)) ControlLog.PlainHttp(log, url);
        if (control.TlsCertificate.Length == 0) return;
        var files = new CertificateFiles(control.TlsCertificate, control.TlsPrivateKey, time, log);
        kestrel.ConfigureHttpsDefaults(https =>
        {
            https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
            https.ServerCertificateSelector = (_, _) => files.Current.TargetCertificate;
            // The selector alone would present the certificate without its chain.
            https.OnAuthenticate = (_, tls) =>
            {
                tls.ServerCertificateSelectionCallback = null;
                tls.ServerCertificateContext = files.Current;
            };
        });
    }

    private static bool IsOpen(string url)
    {
        BindingAddress address = BindingAddress.Parse(url);
        return address.Scheme == "http" && address.Host != "localhost"
            && !(IPAddress.TryParse(address.Host.Trim('[', ']'), out IPAddress? ip) && IPAddress.IsLoopback(ip));
    }
}
