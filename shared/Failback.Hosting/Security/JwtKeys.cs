using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Failback.Hosting.Security;

/// <summary>
/// Reads public keys, RSA and elliptic curves, from PEM and JWK sets (RFC 7517). Symmetric keys are refused: a service that checks
/// tokens with one could also make them.
/// </summary>
internal static class JwtKeys
{
    /// <summary>Returns the keys of files.</summary>
    /// <exception cref="FormatException">A file holds no public key.</exception>
    public static IReadOnlyList<SecurityKey> Read(IReadOnlyList<byte[]> files) =>
        [.. files.SelectMany(file => Read(Encoding.UTF8.GetString(file)))];

    private static IReadOnlyList<SecurityKey> Read(string text)
    {
        IReadOnlyList<SecurityKey> keys = text.TrimStart().StartsWith('{') ? ReadSet(text) : [.. ReadPem(text)];
        return keys.Count > 0 ? keys : throw new FormatException("a key file holds no public key (RSA or EC, in PEM or as a JWK set)");
    }

    /// <summary>Returns the signing keys of a JWK set.</summary>
    public static IReadOnlyList<SecurityKey> ReadSet(string json)
    {
        var set = new JsonWebKeySet(json);
        return [.. set.Keys.Where(key => key.Kty is "RSA" or "EC" && key.Use is null or "" or "sig")];
    }

    private static IEnumerable<SecurityKey> ReadPem(string text)
    {
        string rest = text;
        while (PemEncoding.TryFind(rest, out PemFields fields))
        {
            string pem = rest[fields.Location];
            rest = rest[fields.Location.End..];
            switch (Label(pem))
            {
                case "CERTIFICATE":
                    yield return new X509SecurityKey(X509Certificate2.CreateFromPem(pem));
                    break;
                case "PUBLIC KEY" or "RSA PUBLIC KEY":
                    yield return ReadKey(pem);
                    break;
                case var label when label.Contains("PRIVATE", StringComparison.Ordinal):
                    throw new FormatException(
                        "a key file holds a private key; only public keys belong on this machine: openssl pkey -in key.pem -pubout");
            }
        }
    }

    private static string Label(string pem) => pem["-----BEGIN ".Length..pem.IndexOf("-----", 11, StringComparison.Ordinal)];

    private static SecurityKey ReadKey(string pem)
    {
        try
        {
            var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return new RsaSecurityKey(rsa);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            var curve = ECDsa.Create();
            curve.ImportFromPem(pem);
            return new ECDsaSecurityKey(curve);
        }
    }
}

/// <summary>Fetches a plain JWK set where the library expects a provider's whole configuration.</summary>
internal sealed class JwkSetRetriever : IConfigurationRetriever<OpenIdConnectConfiguration>
{
    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(
        string address, IDocumentRetriever retriever, CancellationToken cancel)
    {
        var configuration = new OpenIdConnectConfiguration();
        foreach (SecurityKey key in JwtKeys.ReadSet(await retriever.GetDocumentAsync(address, cancel))) configuration.SigningKeys.Add(key);
        return configuration;
    }
}
