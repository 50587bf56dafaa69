using System.Security.Cryptography;
using Failback.EndToEnd.Tests.Control;
using Failback.EndToEnd.Tests.Healing;
using Failback.Hosting.Security;
using Failback.Testing.Processes;
using Failback.Testing.Security;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Failback.EndToEnd.Tests.Security;

/// <summary>A control with an https address, signed tokens, and few calls a second for each caller.</summary>
public sealed class GuardedControl : IAsyncLifetime, IHealingFixture
{
    /// <summary>Calls a second; four times as many at once.</summary>
    public const int CallsPerSecond = 5;

    private ControlHarness? _control;

    internal ControlHarness Control => _control ?? throw new InvalidOperationException("not started");

    internal TestAuthority Authority { get; } = new();

    /// <summary>Signs tokens; a test may put another in its place.</summary>
    internal ECDsa Signer { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    internal int Port { get; } = Ports.Next();

    /// <summary>A viewer's token that no other test shows.</summary>
    internal string Busy { get; } = BearerTokens.Create();

    internal string RevokedTokens => Path.Combine(Control.Folder, "revoked.txt");

    internal string KeyFile => Path.Combine(Control.Folder, "signer.pem");

    public async ValueTask InitializeAsync()
    {
        _control = await ControlHarness.CreateAsync(start: false);
        await File.WriteAllTextAsync(KeyFile, Signer.ExportSubjectPublicKeyInfoPem());
        await File.WriteAllTextAsync(RevokedTokens, "");
        (string certificate, string key) = Authority.Server("control.example.com").Save(_control.Folder, "tls");
        _control.Process.Set("Failback__Control__Url", $"{_control.Url.ToString().TrimEnd('/')};https://127.0.0.1:{Port}");
        _control.Process.Set("Failback__Control__TlsCertificate", certificate);
        _control.Process.Set("Failback__Control__TlsPrivateKey", key);
        _control.Process.Set("Failback__Control__CallsPerSecond", $"{CallsPerSecond}");
        _control.Process.Set("Failback__Control__Tokens", $"busy viewer {BearerTokens.Hash(Busy)}");
        _control.Process.Set("Failback__Control__Jwt__Token__Keys", KeyFile);
        _control.Process.Set("Failback__Control__Jwt__Token__Issuer", "failback-tests");
        _control.Process.Set("Failback__Control__Jwt__Token__Audience", "failback");
        _control.Process.Set("Failback__Control__Jwt__Token__Revoked", RevokedTokens);
        await _control.StartControlAsync();
    }

    public Task<IReadOnlyList<string>> HealAsync() => Control.HealAsync();

    public async ValueTask DisposeAsync()
    {
        if (_control is not null) await _control.DisposeAsync();
        Authority.Dispose();
        Signer.Dispose();
    }

    /// <summary>A token as a provider makes it.</summary>
    internal string Jwt(string id, string role, int minutes = 60, string audience = "failback", ECDsa? signer = null) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = "failback-tests",
            Audience = audience,
            Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(minutes),
            Claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["jti"] = id, ["sub"] = id, ["roles"] = new[] { role } },
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(signer ?? Signer), SecurityAlgorithms.EcdsaSha256),
        });
}
