using Failback.Control.Settings;
using Failback.Hosting.Security;
using Microsoft.Extensions.Options;

namespace Failback.Control.Access;

/// <summary>Finds callers by their signed token (JWT), from own keys or from an OpenID Connect provider.</summary>
internal sealed class SignedTokens(IOptions<ControlOptions> options, TimeProvider time, ILogger<SignedTokens> log)
{
    private const int LongestName = 100;
    private readonly ApiJwtOptions _options = options.Value.Jwt;
    private readonly JwtVerifier? _verifier = options.Value.Jwt.Token.Enabled ? new JwtVerifier(options.Value.Jwt.Token, time, log) : null;

    public bool Any => _verifier is not null;

    /// <summary>Returns the caller, or the reason why the token is refused.</summary>
    public async ValueTask<(Caller? Caller, string Reason)> FindAsync(string shown)
    {
        if (_verifier is null || !JwtVerifier.LooksLikeOne(shown)) return (null, "the bearer token is not known");
        JwtOutcome outcome = await _verifier.VerifyAsync(shown);
        if (outcome.Token is null) return (null, outcome.Reason);
        // The audit log needs a name for every caller; every accepted token has an id.
        string name = outcome.Values(_options.NameClaim).FirstOrDefault() ?? outcome.Token.Id;
        return RoleOf(outcome) is { } role
            ? (new Caller(
                name.Length <= LongestName ? name : name[..LongestName], role, $"signed\n{outcome.Token.Issuer}\n{name}"), "")
            : (null, $"the token gives no role (claim {_options.RoleClaim})");
    }

    private Role? RoleOf(JwtOutcome outcome)
    {
        HashSet<string> roles = [.. outcome.Values(_options.RoleClaim).SelectMany(value => value.Split(' '))];
        // The highest role wins when a token has several.
        if (roles.Contains(_options.Admin)) return Role.Admin;
        if (roles.Contains(_options.Operator)) return Role.Operator;
        return roles.Contains(_options.Viewer) ? Role.Viewer : null;
    }
}
