using Failback.Hosting.Security;
using Failback.Sink.Bodies;
using Failback.Sink.Feeds;
using Failback.Sink.Settings;
using Microsoft.Extensions.Options;

namespace Failback.Sink.Webhook;

/// <summary>
/// Accepts a request that presents one of: a token of the failback (control announces its hash), a signed token that names the
/// failback or its path, or, for a failback without a token, a certificate of a configured authority. The check comes before the
/// body is read. After too many failures an address is answered 429. Valid credentials are still accepted from it, because the same
/// node may run another changefeed with stale ones.
/// </summary>
internal sealed class WebhookAuthentication
{
    /// <summary>Claim that lists failback names or webhook paths for which a signed token is valid; <c>*</c> means all.</summary>
    internal const string FailbackClaim = "failback";

    private readonly bool _disabled;
    private readonly JwtVerifier? _tokens;
    private readonly ClientCertificates? _clients;
    private readonly FailedAttempts _attempts;

    public WebhookAuthentication(
        IOptions<SinkOptions> options, FailedAttempts attempts, TimeProvider time, ILogger<WebhookAuthentication> logger)
    {
        SinkOptions sink = options.Value;
        _disabled = sink.DisableAuthentication;
        _tokens = sink.Jwt.Enabled ? new JwtVerifier(sink.Jwt, time, logger) : null;
        _clients = sink.ClientAuthorities.Length > 0
            ? new ClientCertificates(sink.ClientAuthorities, sink.RevokedClients, time, logger)
            : null;
        _attempts = attempts;
        if (_disabled) SinkLog.AuthenticationDisabled(logger);
    }

    /// <summary>Client certificates that are accepted; null when client certificates are not required.</summary>
    internal ClientCertificates? Clients => _clients;

    /// <exception cref="RefusedException">
    /// The credentials are missing or wrong (401), not for this failback (403), or failed too often (429).
    /// </exception>
    internal async ValueTask CheckAsync(HttpContext context, Feed feed)
    {
        if (_disabled) return;
        if (await RefusalAsync(context, feed) is not { } refusal) return;
        if (_attempts.TooMany(context.Connection.RemoteIpAddress))
        {
            context.Response.Headers.RetryAfter = FailedAttempts.RetryAfter.TotalSeconds.ToString(
                "0", System.Globalization.CultureInfo.InvariantCulture);
            throw new RefusedException(
                StatusCodes.Status429TooManyRequests, "too many requests with wrong credentials from this address: wait a minute");
        }

        _attempts.Add(context.Connection.RemoteIpAddress);
        if (refusal.Status == StatusCodes.Status401Unauthorized) context.Response.Headers.WWWAuthenticate = "Bearer";
        throw refusal;
    }

    private async ValueTask<RefusedException?> RefusalAsync(HttpContext context, Feed feed)
    {
        // The handshake accepted the certificate, but a connection lives long: it may have been revoked or have expired since.
        bool certified = _clients is not null && _clients.Accepts(context.Connection.ClientCertificate);
        if (_clients is not null && !certified) return Unauthorized("the client certificate is not accepted any more");
        if (BearerTokens.FromHeader(context.Request.Headers.Authorization) is not { } token)
        {
            return certified && feed.Spec.WebhookTokenHashes.Count == 0
                ? null
                : Unauthorized("no bearer token: the changefeed needs webhook_auth_header");
        }

        if (BearerTokens.Matches(token, feed.Spec.WebhookTokenHashes)) return null;
        return _tokens is not null && JwtVerifier.LooksLikeOne(token)
            ? Judge(await _tokens.VerifyAsync(token), feed)
            : Unauthorized("the bearer token is not that of this failback");
    }

    private static RefusedException? Judge(JwtOutcome outcome, Feed feed)
    {
        if (outcome.Token is null) return Unauthorized(outcome.Reason);
        bool good = outcome.Values(FailbackClaim)
            .Any(value => value == "*" || value == feed.Spec.Name
                || (value.StartsWith('/') && value.TrimEnd('/') == feed.Spec.WebhookPath.TrimEnd('/')));
        return good
            ? null
            : new RefusedException(StatusCodes.Status403Forbidden, $"the token is not for this failback (claim {FailbackClaim})");
    }

    private static RefusedException Unauthorized(string reason) => new(StatusCodes.Status401Unauthorized, reason);
}
