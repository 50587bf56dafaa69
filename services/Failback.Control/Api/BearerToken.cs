using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Failback.Control.Api;

/// <summary>
/// Lets callers through that show the token; without a configured token only callers on this machine. Compares digests in constant time.
/// </summary>
internal sealed class BearerToken(IOptions<ControlOptions> options) : IMiddleware
{
    private readonly byte[]? _expected = options.Value.ApiToken is { Length: > 0 } token ? Digest(token.Trim()) : null;

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (_expected is null)
        {
            return context.Connection.RemoteIpAddress is { } caller && IPAddress.IsLoopback(caller)
                ? next(context)
                : throw new ApiException(403, "loopback_only", "control has no API token and therefore serves only this machine", "set Failback__Control__ApiToken and restart control");
        }

        string header = context.Request.Headers.Authorization.ToString();
        bool shown = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Digest(header["Bearer ".Length..].Trim()), _expected);
        if (shown) return next(context);
        context.Response.Headers.WWWAuthenticate = "Bearer";
        throw new ApiException(401, "unauthorized", "the bearer token is missing or wrong", "send Authorization: Bearer <Failback__Control__ApiToken>");
    }

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
