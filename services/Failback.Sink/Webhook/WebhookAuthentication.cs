using Failback.Hosting.Security;
using Failback.Sink.Bodies;
using Failback.Sink.Feeds;
using Failback.Sink.Settings;
using Microsoft.Extensions.Options;

namespace Failback.Sink.Webhook;

/// <summary>
/// Lets a request through that shows one of: a token of the failback (its hash comes from control), a signed token that names the failback
/// or its path, or, for a
/// failback without a token, a certificate of our clients' authority. Looked at before anything of the body is read. An address that keeps
/// failing gets no
/// answer worth having any more, but what shows good credentials is let through from there too: a node of the cluster may also run a feed
/// nobody cancelled.
/// </summary>
internal sealed class WebhookAuthentication
{
    /// <summary>Claim with the names of failbacks, or their webhook paths, that a signed token is good for; <c>*</c>: all.</summary>
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

    /// <summary>Null unless client certificates are asked for.</summary>
    internal ClientCertificates? Clients => _clients;

    /// <exception cref="RefusedException">Not let through.</exception>
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
        // The handshake let it in; meanwhile it may have been revoked or have expired.
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
