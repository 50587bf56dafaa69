using Microsoft.AspNetCore.WebUtilities;

namespace Failback.Control.Api;

/// <summary>
/// A page of a list: at most <paramref name="Limit"/> entries after a key. Lists stay arrays; the link to the next page is in the
/// <c>Link</c> header (RFC 8288).
/// </summary>
internal sealed record Page(int Limit, string After)
{
    public const int Default = 100;
    public const int Largest = 500;

    /// <exception cref="ApiException">The limit is out of range.</exception>
    public static Page Of(int? limit, string? after) => limit is null or (>= 1 and <= Largest)
        ? new Page(limit ?? Default, after ?? "")
        : throw new ApiException(422, "invalid_page", $"limit: {limit} is not between 1 and {Largest}", "correct the query and repeat");

    /// <summary>
    /// Returns the entries of an ordered list that fit into the page, and sets the link when more follow. The list must contain at
    /// least one entry more than fits, if there is one.
    /// </summary>
    public T[] Cut<T>(HttpContext context, IEnumerable<T> entries, Func<T, string> key)
    {
        // One entry more than fits shows whether a next page exists.
        T[] found = [.. entries.Take(Limit + 1)];
        if (found.Length <= Limit) return found;
        T[] fitting = found[..Limit];
        Link(context, key(fitting[^1]));
        return fitting;
    }

    /// <summary>Sets the link to the next page.</summary>
    public static void Link(HttpContext context, string after) =>
        context.Response.Headers.Link = $"<{Next(context.Request, after)}>; rel=\"next\"";

    private static string Next(HttpRequest request, string after)
    {
        Dictionary<string, string?> query = request.Query.Where(pair => pair.Key != "after")
            .ToDictionary(pair => pair.Key, string? (pair) => pair.Value, StringComparer.Ordinal);
        query["after"] = after;
        return QueryHelpers.AddQueryString(request.PathBase + request.Path, query);
    }
}
