using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Failback.Control.Access;
using Failback.Control.Api;
using Failback.Control.Storage;

namespace Failback.Control.Calls;

/// <summary>
/// Implements <c>Idempotency-Key</c> (draft-ietf-httpapi-idempotency-key-header): a mutating call repeated with the same key
/// returns the first answer and does nothing, also after a restart and from another control. An answer of 500 and above is not
/// kept, and a call whose process died runs again, because every call of this API may be repeated.
/// </summary>
internal sealed class RepeatableCalls(CallStore store, ControlDatabase database, TimeProvider time) : IMiddleware
{
    public const string Header = "Idempotency-Key";

    private const int LongestKey = 255;
    private const int LargestBody = 16 * 1024 * 1024;

    /// <summary>Time that answers are kept, 24 h.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    private readonly ConcurrentDictionary<string, bool> _inFlight = new(StringComparer.Ordinal);

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        string key = context.Request.Headers[Header].ToString();
        bool changes = HttpMethods.IsPost(context.Request.Method) || HttpMethods.IsPut(context.Request.Method)
            || HttpMethods.IsDelete(context.Request.Method) || HttpMethods.IsPatch(context.Request.Method);
        if (key.Length == 0 || !changes)
        {
            await next(context);
            return;
        }

        if (key.Length > LongestKey || key.Any(c => c is < '!' or > '~'))
            throw new ApiException(
                400, "invalid_idempotency_key", $"the {Header} is not 1 to {LongestKey} visible ASCII characters", "send a fresh UUID");
        string id = Digest(Encoding.UTF8.GetBytes($"{Caller.Of(context)?.Identity}\n{key}"));
        // The lock of the database is one per process and would let a second call of this process through.
        if (!_inFlight.TryAdd(id, true)) throw InFlight();
        try
        {
            await AloneAsync(id, context, next);
        }
        finally
        {
            _inFlight.TryRemove(id, out _);
        }
    }

    private async Task AloneAsync(string id, HttpContext context, RequestDelegate next)
    {
        if (!await database.Locks.HoldAsync("call/" + id, context.RequestAborted)) throw InFlight();
        try
        {
            string fingerprint = await FingerprintAsync(context.Request);
            StoredCall? before = store.Find(id, time.GetUtcNow() - KeptFor);
            // A key used for a different call is a mistake of the caller; its stored answer would be a wrong one.
            if (before is not null && before.Fingerprint != fingerprint)
                throw new ApiException(
                    422, "idempotency_key_reused", "another call had this Idempotency-Key",
                    "send a fresh key with each new call, and the same one only with the same call");
            if (before?.Answer is { } answer) await answer.WriteAsync(context);
            else await RunAsync(id, fingerprint, context, next);
        }
        finally
        {
            database.Locks.Release("call/" + id);
        }
    }

    private async Task RunAsync(string id, string fingerprint, HttpContext context, RequestDelegate next)
    {
        // Saved before the call: a different call with this key is refused even when this process dies meanwhile.
        store.Save(id, new StoredCall(fingerprint, null), time.GetUtcNow());
        Stream caller = context.Response.Body;
        using var body = new MemoryStream();
        context.Response.Body = body;
        bool kept = false;
        try
        {
            await next(context);
            if (context.Response.StatusCode < 500)
            {
                store.Save(id, new StoredCall(fingerprint, StoredAnswer.Of(context.Response, body)), time.GetUtcNow());
                kept = true;
            }
        }
        catch (Exception e) when (KnownProblem.Of(e) is { Status: < 500 } known)
        {
            store.Save(id, new StoredCall(fingerprint, StoredAnswer.Of(known)), time.GetUtcNow());
            kept = true;
            throw;
        }
        finally
        {
            context.Response.Body = caller;
            if (!kept) store.Remove(id);
        }

        body.Position = 0;
        await body.CopyToAsync(caller, context.RequestAborted);
    }

    private static async Task<string> FingerprintAsync(HttpRequest request)
    {
        // Buffered in memory only: a body may contain passwords, which must not reach a temporary file.
        request.EnableBuffering(LargestBody, LargestBody);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(
            Encoding.UTF8.GetBytes(
                $"{request.Method} "
                    + $"{request.Path}{request.QueryString}\n"
                    + $"{request.Headers.IfMatch}\n{request.Headers.IfNoneMatch}\n{request.Headers["Prefer"]}\n"));
        byte[] buffer = new byte[16 * 1024];
        try
        {
            for (int read; (read = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0;) hash.AppendData(
                buffer, 0, read);
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            throw new ApiException(413, "too_large", $"a body has at most {LargestBody} bytes", "shorten it");
        }

        request.Body.Position = 0;
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static ApiException InFlight() =>
        new(409, "idempotency_in_flight", "the call with this Idempotency-Key is still being done",
            "repeat it in a few seconds to get its answer");

    private static string Digest(byte[] text) => Convert.ToHexStringLower(SHA256.HashData(text));
}
