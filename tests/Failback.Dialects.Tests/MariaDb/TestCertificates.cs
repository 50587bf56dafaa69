using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Failback.Dialects.Tests.MariaDb;

/// <summary>An authority with a server's certificate for the name localhost and a client's, as PEM files.</summary>
internal sealed class TestCertificates
{
    private readonly string _folder;

    private TestCertificates(string folder) => _folder = folder;

    public string Authority => Path.Combine(_folder, "ca.crt");

    public static TestCertificates Write(string folder)
    {
        Directory.CreateDirectory(folder);
        using RSA key = RSA.Create(2048);
        var request = new CertificateRequest("CN=Failback test authority", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using X509Certificate2 authority = request.CreateSelfSigned(
            TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(2));
        var made = new TestCertificates(folder);
        File.WriteAllText(made.Authority, authority.ExportCertificatePem());
        made.Issue(authority, "server");
        made.Issue(authority, "client");
        return made;
    }

    public string Certificate(string name) => Path.Combine(_folder, name + ".crt");

    public string Key(string name) => Path.Combine(_folder, name + ".key");

    private void Issue(X509Certificate2 authority, string name)
    {
        using RSA key = RSA.Create(2048);
        var request = new CertificateRequest($"CN=failback {name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 issued = request.Create(
            authority, new DateTimeOffset(authority.NotBefore), new DateTimeOffset(authority.NotAfter), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(Certificate(name), issued.ExportCertificatePem());
        File.WriteAllText(Key(name), key.ExportPkcs8PrivateKeyPem());
    }
}
