using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Failback.Hosting.Security;
using Failback.Sink.Settings;

namespace Failback.Sink.Webhook;

/// <summary>The certificate that the webhook presents: from PEM files, or made at start for development.</summary>
internal static class ServerCertificate
{
    /// <summary>Returns a function that returns the certificate for the next connection.</summary>
    internal static Func<SslStreamCertificateContext> Load(SinkOptions options, TimeProvider time, ILogger logger)
    {
        if (options.TlsCertificate.Length > 0)
        {
            var files = new CertificateFiles(options.TlsCertificate, options.TlsPrivateKey, time, logger);
            return () => files.Current;
        }

        X509Certificate2 own = SelfSigned(time.GetUtcNow());
        SinkLog.SelfSigned(logger, own.GetCertHashString(HashAlgorithmName.SHA256));
        var context = SslStreamCertificateContext.Create(own, null, offline: true);
        return () => context;
    }

    private static X509Certificate2 SelfSigned(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=failback-sink", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        if (!string.Equals(Environment.MachineName, "localhost", StringComparison.OrdinalIgnoreCase))
            names.AddDnsName(Environment.MachineName);
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        return request.CreateSelfSigned(now.AddHours(-1), now.AddYears(1));
    }
}
