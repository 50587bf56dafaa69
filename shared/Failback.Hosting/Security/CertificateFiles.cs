using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Failback.Hosting.Security;

/// <summary>
/// A server certificate with its chain and key, from two PEM files. A pair that replaces them is presented to the next connection
/// without a restart. A pair that does not fit together is refused, and the old one stays in use.
/// </summary>
public sealed class CertificateFiles
{
    private readonly WatchedFiles<SslStreamCertificateContext> _files;

    /// <summary>Reads the files.</summary>
    /// <exception cref="CryptographicException">A file contains no certificate or no key, or they are not a pair.</exception>
    public CertificateFiles(string certificate, string privateKey, TimeProvider time, ILogger logger)
    {
        string names = $"{certificate} and {privateKey}";
        _files = new WatchedFiles<SslStreamCertificateContext>([certificate, privateKey], Read, time);
        Tell(logger, _files.Current);
        _files.Changed += context =>
        {
            SecurityLog.Reloaded(logger, names);
            Tell(logger, context);
        };
        _files.Refused += e => SecurityLog.NotReloaded(logger, names, e.Message);
    }

    /// <summary>The certificate to present to the next connection.</summary>
    public SslStreamCertificateContext Current => _files.Current;

    private static SslStreamCertificateContext Read(IReadOnlyList<byte[]> files)
    {
        string pem = Encoding.UTF8.GetString(files[0]);
        var leaf = X509Certificate2.CreateFromPem(pem, Encoding.UTF8.GetString(files[1]));
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(pem);
        // Offline: the addresses that a certificate names are not contacted.
        return SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }

    private static void Tell(ILogger logger, SslStreamCertificateContext context) =>
        SecurityLog.Certificate(
            logger, context.TargetCertificate.Subject, new DateTimeOffset(context.TargetCertificate.NotAfter.ToUniversalTime()));
}
