using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Failback.Sink.Webhook;

/// <summary>The certificate that the webhook shows: from PEM files, or made at start for development.</summary>
/// <param name="Leaf">With its private key.</param>
/// <param name="Chain">Certificates of the file, for clients that know only the root.</param>
internal sealed record ServerCertificate(X509Certificate2 Leaf, X509Certificate2Collection Chain)
{
    internal static ServerCertificate Load(SinkOptions options, TimeProvider time, ILogger logger)
    {
        if (options.TlsCertificate.Length == 0)
        {
            X509Certificate2 own = SelfSigned(time.GetUtcNow());
            SinkLog.SelfSigned(logger, own.GetCertHashString(HashAlgorithmName.SHA256));
            return new ServerCertificate(own, []);
        }

        X509Certificate2 leaf = X509Certificate2.CreateFromPemFile(options.TlsCertificate, options.TlsPrivateKey);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(options.TlsCertificate);
        SinkLog.Certificate(logger, leaf.Subject, new DateTimeOffset(leaf.NotAfter.ToUniversalTime()));
        return new ServerCertificate(leaf, chain);
    }

    private static X509Certificate2 SelfSigned(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=failback-sink", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        if (!string.Equals(Environment.MachineName, "localhost", StringComparison.OrdinalIgnoreCase)) names.AddDnsName(Environment.MachineName);
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        return request.CreateSelfSigned(now.AddHours(-1), now.AddYears(1));
    }
}
