using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Failback.Testing.Security;

/// <summary>A certificate authority for tests: issues certificates for servers and clients, and revocation lists.</summary>
public sealed class TestAuthority : IDisposable
{
    private const string ForServers = "1.3.6.1.5.5.7.3.1";
    private const string ForClients = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2 _certificate;

    public TestAuthority(string name = "test authority")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _certificate = request.CreateSelfSigned(Now.AddDays(-30), Now.AddDays(30));
    }

    /// <summary>Certificate of the authority, in PEM.</summary>
    public string Pem => _certificate.ExportCertificatePem();

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>Issues a certificate for servers on localhost.</summary>
    public IssuedCertificate Server(string name = "sink.example.com") => Issue(name, ForServers, Now.AddDays(-1), Now.AddDays(1));

    /// <summary>Issues a certificate for clients.</summary>
    /// <param name="name">Common name.</param>
    /// <param name="daysLeft">Days until it expires; negative: it has expired.</param>
    public IssuedCertificate Client(string name = "cockroach node", double daysLeft = 1) =>
        Issue(name, ForClients, Now.AddDays(-20), Now.AddDays(daysLeft));

    /// <summary>Returns a revocation list in PEM.</summary>
    public string Revoke(params IssuedCertificate[] certificates)
    {
        var list = new CertificateRevocationListBuilder();
        foreach (IssuedCertificate issued in certificates)
        {
            using var certificate = X509Certificate2.CreateFromPem(issued.Certificate);
            list.AddEntry(certificate);
        }

        byte[] der = list.Build(_certificate, 1, Now.AddDays(7), HashAlgorithmName.SHA256);
        return PemEncoding.WriteString("X509 CRL", der);
    }

    public void Dispose() => _certificate.Dispose();

    private IssuedCertificate Issue(string name, string purpose, DateTimeOffset from, DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        byte[] serial = RandomNumberGenerator.GetBytes(12);
        serial[0] = (byte)((serial[0] & 0x7f) | 0x01);
        using X509Certificate2 issued = request.Create(_certificate, from, until, serial);
        return new IssuedCertificate(issued.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}

/// <summary>A certificate and its private key, in PEM.</summary>
public sealed record IssuedCertificate(string Certificate, string PrivateKey)
{
    /// <summary>Writes both to files and returns their paths.</summary>
    public (string Certificate, string PrivateKey) Save(string folder, string name)
    {
        (string certificate, string key) = (Path.Combine(folder, name + ".crt"), Path.Combine(folder, name + ".key"));
        File.WriteAllText(certificate, Certificate);
        File.WriteAllText(key, PrivateKey);
        return (certificate, key);
    }

    /// <summary>Returns the certificate with its key, as a client presents it.</summary>
    public X509Certificate2 Open() => X509Certificate2.CreateFromPem(Certificate, PrivateKey);
}
