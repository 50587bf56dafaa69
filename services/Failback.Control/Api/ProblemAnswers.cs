using System.Globalization;
using Failback.Control.Settings;
using Microsoft.AspNetCore.Diagnostics;

namespace Failback.Control.Api;

/// <summary>Turns every failure into RFC 9457 problem details with a <c>code</c> and a <c>remedy</c>.</summary>
internal sealed class ProblemAnswers(IProblemDetailsService problems, FailureExplanation failures, ILogger<ProblemAnswers> log)
    : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        ApiException answer = failures.Explain(exception);
        if (KnownProblem.Of(exception) is null && exception is not BadHttpRequestException)
            ControlLog.RequestFailed(log, exception, httpContext.Request.Method, httpContext.Request.Path);
        httpContext.Response.StatusCode = answer.Status;
        if (answer.Status == StatusCodes.Status401Unauthorized) httpContext.Response.Headers.WWWAuthenticate = "Bearer";
        if (answer.RetryAfter is { } wait)
            httpContext.Response.Headers.RetryAfter = wait.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        Offer(httpContext);
        var context = new ProblemDetailsContext { HttpContext = httpContext };
        context.ProblemDetails.Status = answer.Status;
        context.ProblemDetails.Detail = answer.Message;
        context.ProblemDetails.Extensions["code"] = answer.Code;
        context.ProblemDetails.Extensions["remedy"] = answer.Remedy;
        if (answer.Fields.Count > 0) context.ProblemDetails.Extensions["errors"] = answer.Fields;
        return await problems.TryWriteAsync(context);
    }

    /// <summary>Writes the answer to a request that no route has taken (unknown path, wrong method).</summary>
    public static async Task WriteAsync(StatusCodeContext status)
    {
        HttpContext context = status.HttpContext;
        Offer(context);
        await context.RequestServices.GetRequiredService<IProblemDetailsService>().TryWriteAsync(
            new ProblemDetailsContext { HttpContext = context, ProblemDetails = { Status = context.Response.StatusCode } });
    }

    /// <summary>Adds code, detail and remedy to the answers of the framework itself.</summary>
    public static void Complete(ProblemDetailsContext context)
    {
        IDictionary<string, object?> extensions = context.ProblemDetails.Extensions;
        if (extensions.ContainsKey("code")) return;
        string code = context.ProblemDetails.Status switch
        {
            401 => "unauthorized",
            403 => "forbidden",
            404 => "not_found",
            405 => "method_not_allowed",
            413 => "too_large",
            415 => "unsupported_media_type",
            429 => "too_many_calls",
            >= 500 => "internal",
            _ => "bad_request",
        };
        extensions["code"] = code;
        context.ProblemDetails.Detail ??= ProblemCatalogue.Find(code).Meaning;
        extensions["remedy"] = "see /openapi/v1.json for the calls and their bodies";
    }

    // A refusal is told to a caller who would rather have another type, too: the framework would leave its body out, or fail.
    private static void Offer(HttpContext context) => context.Request.Headers.Accept = "application/problem+json";
}
