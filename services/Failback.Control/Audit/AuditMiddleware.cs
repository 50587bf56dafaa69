using Failback.Contracts.Api;
using Failback.Control.Access;
using Failback.Control.Api;
using Failback.Control.Settings;

namespace Failback.Control.Audit;

/// <summary>
/// Writes every mutating call into the audit log, before it is carried out and after. A call that cannot be recorded is not carried
/// out.
/// </summary>
internal sealed class AuditMiddleware(AuditStore store, TimeProvider time, ILogger<AuditMiddleware> log) : IMiddleware
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)
            || HttpMethods.IsOptions(context.Request.Method) || Caller.Of(context) is not { } caller)
        {
            await next(context);
            return;
        }

        AuditEntry entry = Begin(context, caller);
        // Before the call: a crash during it leaves a line without an outcome, never a change without a line.
        Write(entry);
        // Stays for unexpected failures: the second line is written in any case.
        string outcome = "failed";
        try
        {
            await next(context);
            outcome = Text(context.Response.StatusCode);
        }
        catch (Exception e) when (KnownProblem.Of(e) is { } known)
        {
            outcome = $"{Text(known.Status)} {known.Code}";
            throw;
        }
        finally
        {
            Write(entry with { Outcome = outcome, At = time.GetUtcNow() });
        }
    }

    private AuditEntry Begin(HttpContext context, Caller caller) => new()
    {
        Call = Guid.CreateVersion7(time.GetUtcNow()).ToString("N"),
        At = time.GetUtcNow(),
        Caller = caller.Name,
        Role = caller.Role.ToString().ToLowerInvariant(),
        Remote = context.Connection.RemoteIpAddress?.ToString() ?? "",
        Method = context.Request.Method,
        Path = context.Request.Path.Value ?? "",
        Failback = context.Request.RouteValues.TryGetValue("name", out object? name) ? name as string : null,
        Outcome = "begun",
    };

    // The log of the process contains the hash too: an attacker who rewrites the database cannot change logs that were already
    // collected.
    private void Write(AuditEntry entry)
    {
        AuditEntry line = store.Add(entry);
        ControlLog.Audited(log, line.Caller, line.Role, line.Remote, line.Method, line.Path, line.Outcome, line.Call, line.Hash);
    }

    private static string Text(int status) => status.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
