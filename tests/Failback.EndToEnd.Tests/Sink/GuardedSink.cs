using System.Security.Cryptography;
using Failback.Contracts.Control;
using Failback.EndToEnd.Tests.Healing;
using Failback.Hosting.Security;
using Failback.Testing.Security;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Failback.EndToEnd.Tests.Sink;

/// <summary>A sink that asks for credentials, two failbacks with a token each and one without, and a key that signs tokens.</summary>
public sealed class GuardedSink : IAsyncDisposable, IHealingFixture
{
    private readonly RSA _signer = RSA.Create(2048);
    private readonly Dictionary<string, string> _settings = [];
    private SinkProcess? _sink;

    internal string Folder { get; } = Directory.CreateTempSubdirectory("failback-guarded-").FullName;

    internal TestAuthority Authority { get; } = new();

    internal string Token { get; } = BearerTokens.Create();

    internal string Former { get; } = BearerTokens.Create();

    internal string OthersToken { get; } = BearerTokens.Create();

    internal FailbackSpec Orders { get; private set; } = Failbacks.Create("orders");

    internal FailbackSpec Others { get; private set; } = Failbacks.Create("payments");

    internal FailbackSpec Open { get; } = Failbacks.Create("open");

    internal SinkProcess Sink => _sink ?? throw new InvalidOperationException("not started");

    internal string RevokedTokens => Path.Combine(Folder, "revoked.txt");

    internal string RevokedClients => Path.Combine(Folder, "revoked.crl");

    /// <summary>A sink that has ended is forgotten: the next test starts another one.</summary>
    public async Task<IReadOnlyList<string>> HealAsync()
    {
        if (_sink is not { IsRunning: false }) return [];
        await _sink.DisposeAsync();
        _sink = null;
        return ["the sink did not run"];
    }

    /// <summary>Starts it once; the settings of the first call count.</summary>
    internal async Task StartAsync(bool clientCertificates = false)
    {
        if (_sink is not null) return;
        Orders = Orders with { WebhookTokenHashes = [BearerTokens.Hash(Token), BearerTokens.Hash(Former)] };
        Others = Others with { WebhookTokenHashes = [BearerTokens.Hash(OthersToken)] };
        await File.WriteAllTextAsync(Path.Combine(Folder, "signer.pem"), _signer.ExportSubjectPublicKeyInfoPem());
        await File.WriteAllTextAsync(RevokedTokens, "");
        (string certificate, string key) = Authority.Server().Save(Folder, "tls");
        _settings["Failback__Sink__DisableAuthentication"] = "false";
        _settings["Failback__Sink__TlsCertificate"] = certificate;
        _settings["Failback__Sink__TlsPrivateKey"] = key;
        _settings["Failback__Sink__Jwt__Keys"] = Path.Combine(Folder, "signer.pem");
        _settings["Failback__Sink__Jwt__Issuer"] = "failback-tests";
        _settings["Failback__Sink__Jwt__Revoked"] = RevokedTokens;
        if (clientCertificates)
        {
            await File.WriteAllTextAsync(Path.Combine(Folder, "ca.pem"), Authority.Pem);
            await File.WriteAllTextAsync(RevokedClients, Authority.Revoke());
            _settings["Failback__Sink__ClientAuthorities"] = Path.Combine(Folder, "ca.pem");
            _settings["Failback__Sink__RevokedClients"] = RevokedClients;
        }

        TestBroker broker = TestBroker.Shared();
        await broker.DeclareAsync([.. Orders.Queues(), .. Others.Queues(), .. Open.Queues()]);
        _sink = await SinkProcess.StartAsync(broker, [Orders, Others, Open], _settings);
    }

    internal string Jwt(string id, string failback, int minutes = 60, string issuer = "failback-tests") =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(minutes),
            Claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["jti"] = id, ["failback"] = new[] { failback } },
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(_signer), SecurityAlgorithms.RsaSha256),
        });

    public async ValueTask DisposeAsync()
    {
        if (_sink is not null) await _sink.DisposeAsync();
        _signer.Dispose();
        Authority.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
