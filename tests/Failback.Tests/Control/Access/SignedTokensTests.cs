using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Failback.Control.Access;
using Failback.Control.Settings;
using Failback.Hosting.Security;
using Failback.Testing.Processes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Failback.Tests.Control.Access;

/// <summary>Callers with tokens of an OpenID Connect provider, whose documents a server on this machine gives out.</summary>
public sealed class SignedTokensTests : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly HttpListener _provider = new();
    private readonly string _address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Ports.Next()}");
    private readonly Task _serving;
    private readonly SignedTokens _tokens;

    public SignedTokensTests()
    {
        _provider.Prefixes.Add(_address + "/");
        _provider.Start();
        _serving = ServeAsync();
        var options = new ControlOptions();
        options.Jwt.Token.Authority = _address;
        options.Jwt.Token.Audience = "failback";
        options.Jwt.RoleClaim = "scope";
        _tokens = new SignedTokens(Options.Create(options), TimeProvider.System, NullLogger<SignedTokens>.Instance);
    }

    [Theory]
    [InlineData("openid failback-admin failback-viewer", "Admin")]
    [InlineData("failback-operator", "Operator")]
    [InlineData("openid failback-viewer", "Viewer")]
    [InlineData("openid failback-administrator", null)]
    public async Task The_highest_role_of_the_claim_counts(string scope, string? role)
    {
        (Caller? caller, string reason) = await _tokens.FindAsync(Token(_key, _address, scope));
        Assert.Equal(role, caller?.Role.ToString());
        Assert.Equal(role is null ? "the token gives no role (claim scope)" : "", reason);
        if (role is not null) Assert.Equal("ada", caller!.Name);
    }

    [Fact]
    public async Task Another_issuer_or_key_gives_nothing()
    {
        Assert.Equal(
            "the token is from another issuer", (await _tokens.FindAsync(Token(_key, "http://127.0.0.1:1", "failback-admin"))).Reason);
        using ECDsa foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Null((await _tokens.FindAsync(Token(foreign, _address, "failback-admin"))).Caller);
    }

    [Fact]
    public async Task A_signed_token_is_another_caller_than_a_token_of_the_same_name()
    {
        Caller signed = (await _tokens.FindAsync(Token(_key, _address, "failback-admin"))).Caller!;
        var options = new ControlOptions { Tokens = $"ada admin {BearerTokens.Hash("adas-token")}; bob admin {BearerTokens.Hash("bobs")}" };
        var tokens = new AccessTokens(Options.Create(options), TimeProvider.System, NullLogger<AccessTokens>.Instance);
        Caller known = tokens.Find("adas-token")!;
        Assert.Equal(known.Name, signed.Name);
        Assert.Equal(3, new[] { signed.Identity, known.Identity, tokens.Find("bobs")!.Identity }.Distinct().Count());
    }

    [Fact]
    public async Task A_token_that_needs_an_extension_is_refused()
    {
        string token = Token(
            _key, _address, "failback-admin", new Dictionary<string, object> { ["crit"] = new[] { "b64" }, ["b64"] = true });
        (Caller? caller, string reason) = await _tokens.FindAsync(token);
        Assert.Null(caller);
        Assert.Equal("the token needs an extension (crit)", reason);
    }

    public void Dispose()
    {
        _provider.Close();
        _serving.Wait(TimeSpan.FromSeconds(10));
        _key.Dispose();
    }

    private static string Token(
        ECDsa key, string issuer, string scope, IDictionary<string, object>? header = null) => new JsonWebTokenHandler().CreateToken(
            new SecurityTokenDescriptor
            {
                AdditionalHeaderClaims = header,
                Issuer = issuer,
                Audience = "failback",
                Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1),
                Claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["jti"] = "1", ["sub"] = "ada", ["scope"] = scope },
                SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(key), SecurityAlgorithms.EcdsaSha256),
            });

    private async Task ServeAsync()
    {
        ECParameters point = _key.ExportParameters(includePrivateParameters: false);
        string keys =
            $$"""{ "keys": [{ "kty": "EC", "use": "sig", "crv": "P-256", "x": "{{Base64UrlEncoder.Encode(point.Q.X)}}", "y": "{{Base64UrlEncoder.Encode(point.Q.Y)}}" }] }""";
        string configuration =
            $$"""{ "issuer": "{{_address}}", "jwks_uri": "{{_address}}/keys", "authorization_endpoint": "{{_address}}/authorize", "response_types_supported": ["code"] }""";
        try
        {
            while (true)
            {
                HttpListenerContext call = await _provider.GetContextAsync();
                call.Response.ContentType = "application/json";
                call.Response.Close(
                    Encoding.UTF8.GetBytes(call.Request.Url!.AbsolutePath == "/keys" ? keys : configuration), willBlock: true);
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The listener was closed, which is how it ends.
        }
    }
}
