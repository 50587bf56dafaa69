using Failback.Contracts.Api;
using Failback.Control.Api;

namespace Failback.Control.Calls;

/// <summary>The stored answer of a call: a body with its headers, or a refusal.</summary>
internal sealed record StoredAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body, OperationProblem? Problem)
{
    private const string Replayed = "Idempotency-Replayed";
    private static readonly string[] Kept = ["Content-Type", "ETag", "Location", "Link", "Preference-Applied", "Retry-After"];

    public static StoredAnswer Of(HttpResponse response, MemoryStream body) => new(
        response.StatusCode,
        Kept.Where(name => response.Headers.ContainsKey(name))
        .ToDictionary(name => name, name => response.Headers[name].ToString(), StringComparer.Ordinal),
        body.ToArray(),
        null);

    public static StoredAnswer Of(ApiException refusal) =>
        new(refusal.Status, new Dictionary<string, string>(StringComparer.Ordinal), [], refusal.ToProblem());

    public async Task WriteAsync(HttpContext context)
    {
        // The handling of a refusal clears headers set before, so this one is set when the response starts.
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[Replayed] = "true";
            return Task.CompletedTask;
        });
        if (Problem is { } problem)
            throw new ApiException(problem.Status, problem.Code, problem.Detail, problem.Remedy) { Fields = problem.Errors ?? [] };
        context.Response.StatusCode = Status;
        foreach ((string name, string value) in Headers) context.Response.Headers[name] = value;
        if (Body.Length > 0) await context.Response.Body.WriteAsync(Body, context.RequestAborted);
    }
}
