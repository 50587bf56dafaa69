using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Failback.Hosting.Security;

/// <summary>
/// Checks signed tokens: RS, PS and ES algorithms only, an expiry and an id (<c>jti</c>) in each, issuer and audience where they
/// are set, not revoked. Good tokens are remembered for a minute, because a changefeed presents the same one with every request.
/// </summary>
public sealed class JwtVerifier
{
    private const int MostRemembered = 1000;
    private static readonly TimeSpan RememberedFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private readonly ConcurrentDictionary<string, Remembered> _good = new(StringComparer.Ordinal);
    private readonly TokenValidationParameters _parameters;
    private readonly WatchedFiles<IReadOnlyList<SecurityKey>>? _keys;
    private readonly WatchedFiles<HashSet<string>>? _revoked;
    private readonly TimeProvider _time;

    /// <summary>Creates a verifier; the options must be enabled.</summary>
    /// <exception cref="FormatException">A key file holds no public key.</exception>
    public JwtVerifier(JwtOptions options, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _keys = options.KeyFiles.Count > 0 ? Watch(options.KeyFiles, JwtKeys.Read, time, logger) : null;
        _revoked = options.Revoked.Length > 0 ? Watch([options.Revoked], ReadLines, time, logger) : null;
        _parameters = new TokenValidationParameters
        {
            ValidAlgorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"],
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ClockSkew = Skew,
            ValidateIssuer = options.Issuer.Length > 0 || options.Authority.Length > 0,
            ValidIssuer = options.Issuer.Length > 0 ? options.Issuer : null,
            ValidateAudience = options.Audience.Length > 0,
            ValidAudience = options.Audience.Length > 0 ? options.Audience : null,
            LifetimeValidator = IsAlive,
            IssuerSigningKeyResolver = _keys is null ? null : (_, _, _, _) => _keys.Current,
            TryAllIssuerSigningKeys = true,
            ConfigurationManager = Remote(options),
        };
    }

    /// <summary>Returns true for three parts separated by dots: the form of a signed token.</summary>
    public static bool LooksLikeOne(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return token.AsSpan().Count('.') == 2;
    }

    /// <summary>Checks a token.</summary>
    /// <returns>Its claims, or the reason for the refusal in words that help its owner and not an attacker.</returns>
    public async ValueTask<JwtOutcome> VerifyAsync(string token)
    {
        string digest = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        DateTimeOffset now = _time.GetUtcNow();
        (long, long) version = (Version(_keys), Version(_revoked));
        if (_good.TryGetValue(digest, out Remembered? known) && known.Until > now && known.Version == version) return known.Outcome;
        TokenValidationResult result = await _handler.ValidateTokenAsync(token, _parameters);
        JwtOutcome outcome = result.IsValid ? Accepted((JsonWebToken)result.SecurityToken) : new JwtOutcome(null, Reason(result.Exception));
        // Only good tokens are remembered: invented ones would otherwise push them out.
        if (outcome.Token is not { } good) return outcome;
        if (_good.Count >= MostRemembered) _good.Clear();
        DateTimeOffset until = new(good.ValidTo, TimeSpan.Zero);
        _good[digest] = new Remembered(outcome, until < now + RememberedFor ? until : now + RememberedFor, version);
        return outcome;
    }

    private JwtOutcome Accepted(JsonWebToken token)
    {
        // RFC 7515, 4.1.11: a token whose extensions are not understood is not valid, and none is understood here.
        if (token.TryGetHeaderValue("crit", out object _)) return new JwtOutcome(null, "the token needs an extension (crit)");
        if (string.IsNullOrEmpty(token.Id)) return new JwtOutcome(null, "the token has no id (jti) and could never be revoked");
        return _revoked?.Current.Contains(token.Id) == true ? new JwtOutcome(null, "the token is revoked") : new JwtOutcome(token, "");
    }

    private bool IsAlive(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters parameters)
    {
        DateTime now = _time.GetUtcNow().UtcDateTime;
        if (expires is not { } end) throw new SecurityTokenNoExpirationException();
        if (notBefore is { } start && start > now + Skew) throw new SecurityTokenNotYetValidException();
        return end > now - Skew ? true : throw new SecurityTokenExpiredException();
    }

    // The signature is checked first, so only the owner of a token signed by a known key learns the other reasons.
    private static string Reason(Exception? exception) => exception switch
    {
        SecurityTokenExpiredException => "the token has expired",
        SecurityTokenNotYetValidException => "the token is not valid yet",
        SecurityTokenNoExpirationException => "the token has no expiry (exp)",
        SecurityTokenInvalidIssuerException => "the token is from another issuer",
        SecurityTokenInvalidAudienceException => "the token is for another audience",
        _ => "the token is not valid",
    };

    private static ConfigurationManager<OpenIdConnectConfiguration>? Remote(JwtOptions options)
    {
        if (options.Authority.Length == 0 && options.KeysUrl.Length == 0) return null;
        bool set = options.KeysUrl.Length > 0;
        string address = set ? options.KeysUrl : options.Authority.TrimEnd('/') + "/.well-known/openid-configuration";
        var documents = new HttpDocumentRetriever { RequireHttps = new Uri(address).Scheme == "https" };
        return new ConfigurationManager<OpenIdConnectConfiguration>(
            address, set ? new JwkSetRetriever() : new OpenIdConnectConfigurationRetriever(), documents)
        {
            // An unknown key makes it fetch the keys again, at most this often.
            RefreshInterval = TimeSpan.FromMinutes(1),
            AutomaticRefreshInterval = TimeSpan.FromMinutes(30),
        };
    }

    private static WatchedFiles<T> Watch<T>(
        IReadOnlyList<string> files, Func<IReadOnlyList<byte[]>, T> parse, TimeProvider time, ILogger logger) where T : class
    {
        var watched = new WatchedFiles<T>(files, parse, time);
        string names = string.Join(", ", files);
        watched.Changed += _ => SecurityLog.Reloaded(logger, names);
        watched.Refused += e => SecurityLog.NotReloaded(logger, names, e.Message);
        return watched;
    }

    private static HashSet<string> ReadLines(IReadOnlyList<byte[]> files) => files
        .SelectMany(
            file => Encoding.UTF8.GetString(file).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        .Where(line => line[0] != '#').ToHashSet(StringComparer.Ordinal);

    // Reading Current checks the files; only then is Version up to date.
    private static long Version<T>(WatchedFiles<T>? files) where T : class => files?.Current is null ? 0 : files.Version;

    private sealed record Remembered(JwtOutcome Outcome, DateTimeOffset Until, (long, long) Version);
}

/// <summary>A checked token.</summary>
/// <param name="Token">The token; null when it is refused.</param>
/// <param name="Reason">Reason of the refusal; empty when it is accepted.</param>
public sealed record JwtOutcome(JsonWebToken? Token, string Reason)
{
    /// <summary>Returns all values of a claim that is a text or a list of texts.</summary>
    public IEnumerable<string> Values(string claim) =>
        Token is null ? [] : Token.Claims.Where(one => one.Type == claim).Select(one => one.Value);
}
