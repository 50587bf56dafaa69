using System.Net.Mime;
using Microsoft.Net.Http.Headers;

namespace Failback.Control.Api;

/// <summary>
/// Refuses what no call can mean, before any call sees it: control characters in path and query, which databases and terminals read
/// in their own way, and bodies in another encoding than UTF-8, which is that of JSON (RFC 8259).
/// </summary>
internal sealed class RequestRules : IMiddleware
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        HttpRequest request = context.Request;
        if (PlainText.HasControl(request.Path.Value)) throw Malformed("the path holds a control character");
        foreach ((string name, var values) in request.Query)
        {
            if (PlainText.HasControl(name)) throw Malformed("the name of a parameter of the query holds a control character");
            if (values.Any(PlainText.HasControl)) throw Malformed($"{name} holds a control character");
        }

        if (MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            && type.Charset is { HasValue: true } charset && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            throw new ApiException(
                415, "unsupported_media_type", "the body must be in UTF-8",
                $"send Content-Type: {MediaTypeNames.Application.Json} without another charset");
        return next(context);
    }

    private static ApiException Malformed(string detail) =>
        new(400, "bad_request", detail, "correct the address and repeat; /openapi/v1.json has the calls");
}
