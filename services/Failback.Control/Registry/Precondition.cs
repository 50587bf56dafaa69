using Failback.Control.Api;

namespace Failback.Control.Registry;

/// <summary><c>If-Match</c> and <c>If-None-Match</c> of a request (RFC 9110, section 13); the entity tag is the revision.</summary>
internal sealed record Precondition(string IfMatch, string IfNoneMatch)
{
    public static Precondition Of(HttpRequest request) => new(request.Headers.IfMatch.ToString(), request.Headers.IfNoneMatch.ToString());

    public static string Tag(FailbackRecord failback) => $"\"{failback.Revision}\"";

    /// <exception cref="ApiException">412: the failback is not the one that the caller has read.</exception>
    public void Check(FailbackRecord? stored)
    {
        if (IfNoneMatch == "*" && stored is not null)
            throw new ApiException(
                412, "exists", $"failback {stored.Name} exists", "GET it and decide, or leave If-None-Match out to replace it");
        if (IfMatch.Length == 0 || (IfMatch == "*" && stored is not null)) return;
        if (stored is null || !IfMatch.Split(',').Select(tag => tag.Trim()).Contains(Tag(stored), StringComparer.Ordinal))
            throw new ApiException(
                412, "revision_mismatch", "the failback changed since it was read",
                "GET it again, apply the change to what it is now, and repeat with the new ETag");
    }
}
