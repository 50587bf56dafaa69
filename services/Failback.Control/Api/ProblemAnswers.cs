using System.Data.Common;
using System.Globalization;
using Failback.Control.Storage;
using Failback.Hosting.Secrets;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Data.Sqlite;

namespace Failback.Control.Api;

/// <summary>Turns every failure into RFC 9457 problem details with a <c>code</c> and a <c>remedy</c>.</summary>
internal sealed class ProblemAnswers(IProblemDetailsService problems, ControlDatabase database, ILogger<ProblemAnswers> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        ApiException answer = exception switch
        {
            ApiException known => known,
            BadHttpRequestException bad => new ApiException(bad.StatusCode, "bad_request", "the request is malformed", "compare it with /openapi/v1.json"),
            SecretBoxException secret => new ApiException(500, "secrets_key", secret.Message, "check Failback__SecretsKeyFile of control"),
            DbException failed => new ApiException(503, "database", $"the database of control failed: {Reason(failed)}", database.Remedy),
            _ => new ApiException(500, "internal", "control failed unexpectedly", "look for this request in control's log"),
        };
        if (exception is not (ApiException or BadHttpRequestException)) ControlLog.RequestFailed(log, exception, httpContext.Request.Method, httpContext.Request.Path);
        httpContext.Response.StatusCode = answer.Status;
        var context = new ProblemDetailsContext { HttpContext = httpContext };
        context.ProblemDetails.Status = answer.Status;
        context.ProblemDetails.Detail = answer.Message;
        context.ProblemDetails.Extensions["code"] = answer.Code;
        context.ProblemDetails.Extensions["remedy"] = answer.Remedy;
        if (answer.Fields.Count > 0) context.ProblemDetails.Extensions["errors"] = answer.Fields;
        return await problems.TryWriteAsync(context);
    }

    // Messages of drivers may name hosts and files.
    private static string Reason(DbException failed) => failed switch
    {
        SqliteException sqlite => string.Create(CultureInfo.InvariantCulture, $"SQLite error {sqlite.SqliteErrorCode}"),
        { SqlState: { Length: > 0 } state } => "SQLSTATE " + state,
        _ => "it does not answer",
    };

    /// <summary>Gives the answers of the framework itself (no such path, wrong method) a code.</summary>
    public static void Complete(ProblemDetailsContext context)
    {
        IDictionary<string, object?> extensions = context.ProblemDetails.Extensions;
        if (extensions.ContainsKey("code")) return;
        extensions["code"] = context.ProblemDetails.Status switch
        {
            401 => "unauthorized",
            403 => "forbidden",
            404 => "not_found",
            405 => "method_not_allowed",
            415 => "unsupported_media_type",
            _ => "error",
        };
        extensions["remedy"] = "see /openapi/v1.json for the calls and their bodies";
    }
}
