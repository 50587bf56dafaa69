using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Failback.Hosting.Security;
using Failback.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Failback.Tests.Hosting.Security;

public sealed class JwtVerifierTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("failback-jwt-").FullName;
    private readonly SteppedTime _time = new();
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public async Task Accepts_RSA_and_elliptic_curves_from_PEM_and_from_a_key_set()
    {
        JwtVerifier pem = Verifier(new() { Keys = Pems() });
        JwtVerifier set = Verifier(new() { Keys = KeySet() });
        foreach (
            (SecurityKey key, string algorithm) in ((SecurityKey, string)[])[
                (new RsaSecurityKey(_rsa), "RS256"), (new RsaSecurityKey(_rsa), "PS384"), (new ECDsaSecurityKey(_curve), "ES256")])
        {
            foreach (JwtVerifier verifier in (JwtVerifier[])[pem, set])
            {
                JwtOutcome outcome = await verifier.VerifyAsync(Token(key, algorithm));
                Assert.Equal("", outcome.Reason);
                Assert.Equal(["shop", "/db/schema"], outcome.Values("failback"));
            }
        }
    }

    [Fact]
    public async Task Refuses_what_is_not_good_and_says_why_to_the_owner_only()
    {
        JwtVerifier verifier = Verifier(new() { Keys = Pems(), Issuer = "us", Audience = "failback" });
        DateTime now = _time.GetUtcNow().UtcDateTime;
        using RSA foreign = RSA.Create(2048);
        Assert.Equal("", await ReasonAsync(verifier, Token()));
        Assert.Equal("the token has expired", await ReasonAsync(verifier, Token(change: t => t.Expires = now.AddMinutes(-1))));
        Assert.Equal("the token is not valid yet", await ReasonAsync(verifier, Token(change: t => t.NotBefore = now.AddMinutes(5))));
        Assert.Equal("the token is from another issuer", await ReasonAsync(verifier, Token(change: t => t.Issuer = "them")));
        Assert.Equal("the token is for another audience", await ReasonAsync(verifier, Token(change: t => t.Audience = "shop")));
        Assert.Equal(
            "the token has no id (jti) and could never be revoked",
            await ReasonAsync(verifier, Token(change: t => t.Claims.Remove("jti"))));
        Assert.Equal(
            "the token is not valid",
            await ReasonAsync(verifier, Token(new RsaSecurityKey(foreign), "RS256", t => t.Expires = now.AddMinutes(-1))));
        Assert.Equal("the token is not valid", await ReasonAsync(verifier, Token()[..^3] + "AAA"));
    }

    [Fact]
    public async Task Refuses_unsigned_tokens_and_a_public_key_used_as_a_shared_secret()
    {
        JwtVerifier verifier = Verifier(new() { Keys = Pems() });
        string payload = Base64UrlEncoder.Encode(
            $$"""{"jti":"1","exp":{{_time.GetUtcNow().AddDays(1).ToUnixTimeSeconds()}},"failback":"*"}""");
        string none = $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{payload}.";
        Assert.Equal("the token is not valid", await ReasonAsync(verifier, none));
        string head = $"{Base64UrlEncoder.Encode("""{"alg":"HS256","typ":"JWT"}""")}.{payload}";
        byte[] mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(_rsa.ExportSubjectPublicKeyInfoPem()), Encoding.ASCII.GetBytes(head));
        Assert.Equal("the token is not valid", await ReasonAsync(verifier, $"{head}.{Base64UrlEncoder.Encode(mac)}"));
    }

    [Fact]
    public async Task A_token_ends_is_revoked_and_loses_its_key_though_it_was_good_a_moment_ago()
    {
        string revoked = Save("revoked", "# none\n");
        string keys = Save("rsa.pem", _rsa.ExportSubjectPublicKeyInfoPem());
        JwtVerifier verifier = Verifier(new() { Keys = keys, Revoked = revoked });
        string shortLived = Token(change: t => t.Expires = _time.GetUtcNow().UtcDateTime.AddSeconds(50));
        string token = Token();
        Assert.Equal("", await ReasonAsync(verifier, shortLived));
        Assert.Equal("", await ReasonAsync(verifier, token));
        _time.Step(TimeSpan.FromSeconds(85));
        Assert.Equal("the token has expired", await ReasonAsync(verifier, shortLived));
        File.WriteAllText(revoked, "id-1\n");
        _time.Step(TimeSpan.FromSeconds(2));
        Assert.Equal("the token is revoked", await ReasonAsync(verifier, token));
        string other = Token(change: t => t.Claims["jti"] = "id-2");
        Assert.Equal("", await ReasonAsync(verifier, other));
        using RSA next = RSA.Create(2048);
        File.WriteAllText(keys, next.ExportSubjectPublicKeyInfoPem());
        _time.Step(TimeSpan.FromSeconds(2));
        Assert.Equal("the token is not valid", await ReasonAsync(verifier, other));
        Assert.Equal("", await ReasonAsync(verifier, Token(new RsaSecurityKey(next), "RS256", t => t.Claims["jti"] = "id-3")));
    }

    [Fact]
    public void A_private_or_a_shared_key_is_refused()
    {
        Assert.Contains(
            "private key",
            Assert.Throws<FormatException>(() => Verifier(new() { Keys = Save("p.pem", _rsa.ExportPkcs8PrivateKeyPem()) })).Message,
            StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => Verifier(new() { Keys = Save("s.json", """{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}""") }));
        Assert.Throws<FormatException>(() => Verifier(new() { Keys = Save("e.pem", "nothing") }));
    }

    [Fact]
    public async Task Whatever_looks_like_a_token_is_refused_without_an_exception()
    {
        JwtVerifier verifier = Verifier(new() { Keys = Pems() });
        string[] good = Token().Split('.');
        Gen<string> part = Gen.OneOf(
            Gen.String, Gen.String.Select(Base64UrlEncoder.Encode), Gen.Int[0, 2].Select(i => good[i]),
            Gen.Const(Base64UrlEncoder.Encode("""{"alg":"RS256","exp":1e400,"jti":[]}""")));
        await Gen.Select(part, part, part, (a, b, c) => $"{a}.{b}.{c}").Where(token => token != string.Join('.', good))
            .SampleAsync(async token => (await verifier.VerifyAsync(token)).Token is null, iter: 1000);
    }

    public void Dispose()
    {
        _rsa.Dispose();
        _curve.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<string> ReasonAsync(JwtVerifier verifier, string token) => (await verifier.VerifyAsync(token)).Reason;

    private JwtVerifier Verifier(JwtOptions options) => new(options, _time, NullLogger.Instance);

    private string Token(SecurityKey? key = null, string algorithm = "RS256", Action<SecurityTokenDescriptor>? change = null)
    {
        var token = new SecurityTokenDescriptor
        {
            Issuer = "us",
            Audience = "failback",
            Expires = _time.GetUtcNow().UtcDateTime.AddHours(1),
            NotBefore = _time.GetUtcNow().UtcDateTime,
            IssuedAt = _time.GetUtcNow().UtcDateTime,
            Claims = new Dictionary<string, object> { ["jti"] = "id-1", ["failback"] = new[] { "shop", "/db/schema" } },
            SigningCredentials = new SigningCredentials(key ?? new RsaSecurityKey(_rsa), algorithm),
        };
        change?.Invoke(token);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(token);
    }

    private string Pems() =>
        $"{Save("rsa.pem", _rsa.ExportSubjectPublicKeyInfoPem())};{Save("ec.pem", _curve.ExportSubjectPublicKeyInfoPem())}";

    private string KeySet()
    {
        JsonWebKey rsa = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(_rsa.ExportParameters(false)));
        JsonWebKey curve = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(
            new ECDsaSecurityKey(ECDsa.Create(_curve.ExportParameters(false))));
        return Save(
            "keys.json",
            $$"""{"keys":[{"kty":"RSA","n":"{{rsa.N}}","e":"{{rsa.E}}"},{"kty":"EC","crv":"P-256","x":"{{curve.X}}","y":"{{curve.Y}}"}]}""");
    }

    private string Save(string name, string text)
    {
        string file = Path.Combine(_folder, name);
        File.WriteAllText(file, text);
        return file;
    }
}
