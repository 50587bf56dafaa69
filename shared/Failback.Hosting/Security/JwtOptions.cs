using System.ComponentModel.DataAnnotations;

namespace Failback.Hosting.Security;

/// <summary>
/// Settings for the signed tokens (JWT, RFC 7519) that a service accepts. It accepts none until keys are named in one of the three
/// ways.
/// </summary>
public sealed class JwtOptions : IValidatableObject
{
    /// <summary>
    /// Files with public keys, separated by semicolons: PEM (keys or certificates) or JSON (a JWK set). Read again when they change.
    /// </summary>
    public string Keys { get; set; } = "";

    /// <summary>Address of a JWK set.</summary>
    public string KeysUrl { get; set; } = "";

    /// <summary>Address of an OpenID Connect provider; keys and issuer come from its <c>/.well-known/openid-configuration</c>.</summary>
    public string Authority { get; set; } = "";

    /// <summary>Required <c>iss</c>; empty: the provider's own name, or any value when there is no provider.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>Required <c>aud</c>; empty: any value.</summary>
    public string Audience { get; set; } = "";

    /// <summary>File with the ids (<c>jti</c>) of revoked tokens, one a line. Read again when it changes.</summary>
    public string Revoked { get; set; } = "";

    /// <summary>The files of <see cref="Keys"/>.</summary>
    public IReadOnlyList<string> KeyFiles => Keys.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>True when tokens are accepted at all.</summary>
    public bool Enabled => Keys.Length > 0 || KeysUrl.Length > 0 || Authority.Length > 0;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if ((Keys.Length > 0 ? 1 : 0) + (KeysUrl.Length > 0 ? 1 : 0) + (Authority.Length > 0 ? 1 : 0) > 1)
            yield return new ValidationResult("Jwt: give one of Keys, KeysUrl and Authority");
        foreach (string url in (string[])[KeysUrl, Authority])
        {
            if (url.Length > 0
                && !(Uri.TryCreate(url, UriKind.Absolute, out Uri? address)
                    && (address.Scheme == "https" || (address.Scheme == "http" && address.IsLoopback))))
                yield return new ValidationResult($"Jwt: {url} must be an https address");
        }

        if (Authority.Length > 0 && Audience.Length == 0)
            yield return new ValidationResult(
                "Jwt: Authority needs Audience, or tokens that the provider made for other programs would be accepted");
        if (!Enabled && (Issuer.Length > 0 || Audience.Length > 0 || Revoked.Length > 0))
            yield return new ValidationResult("Jwt: Issuer, Audience and Revoked need Keys, KeysUrl or Authority");
    }
}
