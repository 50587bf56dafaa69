using System.Security.Cryptography.X509Certificates;
using Failback.Hosting.Security;
using Failback.Testing;
using Failback.Testing.Security;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Failback.Tests.Hosting.Security;

public sealed class ClientCertificatesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("failback-clients-").FullName;
    private readonly SteppedTime _time = new(TimeProvider.System.GetUtcNow());
    private readonly TestAuthority _authority = new();

    [Fact]
    public void Accepts_clients_of_the_authority_and_nobody_else()
    {
        using var other = new TestAuthority();
        ClientCertificates clients = Trust(_authority.Pem);
        Assert.True(clients.Accepts(Open(_authority.Client())));
        Assert.False(clients.Accepts(Open(_authority.Client(daysLeft: -1))));
        Assert.False(clients.Accepts(Open(_authority.Server())));
        Assert.False(clients.Accepts(Open(other.Client())));
        Assert.False(clients.Accepts(null));
    }

    [Fact]
    public void A_certificate_ends_while_its_connection_goes_on()
    {
        ClientCertificates clients = Trust(_authority.Pem);
        X509Certificate2 client = Open(_authority.Client(daysLeft: 2));
        Assert.True(clients.Accepts(client));
        _time.Step(TimeSpan.FromDays(3));
        Assert.False(clients.Accepts(client));
    }

    [Fact]
    public void A_revocation_list_and_another_authority_take_effect_without_a_restart()
    {
        IssuedCertificate issued = _authority.Client();
        (X509Certificate2 client, X509Certificate2 neighbour) = (Open(issued), Open(_authority.Client()));
        File.WriteAllText(Path.Combine(_folder, "revoked.pem"), _authority.Revoke());
        ClientCertificates clients = Trust(_authority.Pem, "revoked.pem");
        Assert.True(clients.Accepts(client));
        File.WriteAllText(Path.Combine(_folder, "revoked.pem"), _authority.Revoke(issued));
        _time.Step(TimeSpan.FromSeconds(2));
        Assert.False(clients.Accepts(client));
        Assert.True(clients.Accepts(neighbour));
        using var next = new TestAuthority("next");
        File.WriteAllText(Path.Combine(_folder, "ca.pem"), next.Pem);
        _time.Step(TimeSpan.FromSeconds(2));
        Assert.False(clients.Accepts(neighbour));
        Assert.True(clients.Accepts(Open(next.Client())));
    }

    [Fact]
    public void What_is_no_revocation_list_is_refused()
    {
        File.WriteAllText(Path.Combine(_folder, "revoked.pem"), "nothing");
        Assert.Throws<FormatException>(() => Trust(_authority.Pem, "revoked.pem"));
        File.WriteAllText(Path.Combine(_folder, "revoked.pem"), _authority.Pem);
        Assert.Throws<FormatException>(() => Trust(_authority.Pem, "revoked.pem"));
        Assert.Throws<FormatException>(() => Trust("no certificate"));
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static X509Certificate2 Open(IssuedCertificate issued) => X509Certificate2.CreateFromPem(issued.Certificate);

    private ClientCertificates Trust(string authorities, string? revoked = null)
    {
        string file = Path.Combine(_folder, "ca.pem");
        File.WriteAllText(file, authorities);
        return new ClientCertificates(file, revoked is null ? "" : Path.Combine(_folder, revoked), _time, NullLogger.Instance);
    }
}
