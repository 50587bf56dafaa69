using System.Net;
using System.Security.Claims;
using Failback.Control.Api;
using Failback.Control.Settings;
using Failback.Hosting.Security;

namespace Failback.Control.Access;

/// <summary>
/// Identifies the caller and checks the role. While no token of any kind is set, callers on this machine are admins and all others
/// are refused.
/// </summary>
internal sealed class AccessControl(AccessTokens tokens, SignedTokens signed, FailedAttempts attempts, ILogger<AccessControl> log)
    : IMiddleware
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        Caller caller = tokens.Any || signed.Any ? await AuthenticateAsync(context) : Local(context);
        Role needed = RequiredRole.Of(context);
        if (caller.Role < needed)
        {
            ControlLog.Forbidden(log, caller.Name, Name(caller.Role), context.Request.Method, context.Request.Path, Name(needed));
            throw new ApiException(
                403, "forbidden", $"{caller.Name} is {Name(caller.Role)}, this call needs {Name(needed)}",
                $"call with a token whose role is {Name(needed)}");
        }

        context.Features.Set(caller);
        context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, caller.Name)], "failback"));
        await next(context);
    }

    private async ValueTask<Caller> AuthenticateAsync(HttpContext context)
    {
        if (BearerTokens.FromHeader(context.Request.Headers.Authorization) is not { } shown)
            throw Unauthorized("the bearer token is missing");
        // A missing token is not counted: only a wrong one can be an attempt to guess.
        if (tokens.Find(shown) is { } known) return known;
        (Caller? caller, string reason) = await signed.FindAsync(shown);
        if (caller is not null) return caller;
        // Only now: an address with one expired token may have others that are good, and a good one is always let in. Guessing gains
        // nothing by that, tokens are 256 random bits.
        IPAddress? address = context.Connection.RemoteIpAddress;
        if (attempts.TooMany(address))
            throw new ApiException(
                429, "too_many_failures", "too many calls with wrong credentials came from this address",
                "find the program with the wrong token; a call with a good one is served")
            {
                RetryAfter = FailedAttempts.RetryAfter
            };
        attempts.Add(address);
        ControlLog.WrongCredentials(log, address?.ToString() ?? "", reason);
        throw Unauthorized(reason);
    }

    // A foreign web page in a browser on this machine could call too. Its requests carry another origin, or a host name that only
    // resolves to this machine (DNS rebinding), and are refused.
    private static Caller Local(HttpContext context)
    {
        HttpRequest request = context.Request;
        bool here = context.Connection.RemoteIpAddress is { } caller && IPAddress.IsLoopback(caller);
        bool named = !request.Host.HasValue || request.Host.Host is "localhost"
            || (IPAddress.TryParse(request.Host.Host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));
        bool own = request.Headers.Origin.Count == 0 || request.Headers.Origin.ToString() == $"{request.Scheme}://{request.Host}";
        return here && named && own
            ? Caller.Local
            : throw new ApiException(
                403, "loopback_only", "control has no API token and therefore serves only this machine",
                "set Failback__Control__ApiToken or Failback__Control__TokensFile and restart control");
    }

    private static ApiException Unauthorized(string reason) =>
        new(401, "unauthorized", reason, "send Authorization: Bearer <token>; an admin makes tokens with failback make-token");

    private static string Name(Role role) => role.ToString().ToLowerInvariant();
}
