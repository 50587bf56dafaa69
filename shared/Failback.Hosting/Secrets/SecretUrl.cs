using Failback.Hosting.Connections;

namespace Failback.Hosting.Secrets;

/// <summary>
/// Masks the secrets of a connection URL: the password becomes <c>***</c>, and so does the value of every parameter that is not
/// known to be harmless. A resource that was read, changed and written back gets its secrets back.
/// </summary>
public static class SecretUrl
{
    /// <summary>Text that replaces a secret.</summary>
    public const string Mask = "***";

    // Parameters of a webhook's sink URI (https://www.cockroachlabs.com/docs/stable/changefeed-sinks); its client_key is a secret
    // and therefore not in the list.
    private static readonly HashSet<string> Harmless =
        new(ConnectionForms.Harmless.Concat(["insecure_tls_skip_verify", "ca_cert", "client_cert"]), StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Returns the URL with its secrets masked. Text that is not a URL is masked as a whole, because its secrets cannot be located.
    /// </summary>
    public static string Redact(string? url)
    {
        if (string.IsNullOrEmpty(url)) return "";
        int scheme = url.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0) return Mask;
        int start = scheme + 3;
        // The last @ before the query ends the credentials: a password may contain an unescaped @, / or #.
        int query = url.IndexOf('?', start);
        int end = query < 0 ? url.Length : query;
        int at = url.LastIndexOf('@', end - 1, end - start);
        if (at < 0 && query >= 0 && url.LastIndexOf('@') is var late && late > query)
        {
            // A password with an unescaped question mark: only the scheme and the text after the last @ are safe to show.
            return url[..start] + Mask + url[late..];
        }

        string credentials = at < 0 ? "" : url[start..at];
        int colon = credentials.IndexOfAny([':', '/']);
        string shown = colon < 0 ? credentials : credentials[..colon] + ":" + Mask;
        string head = url[..start] + shown + url[(at < 0 ? start : at)..end];
        return query < 0 ? head : head + "?" + RedactQuery(url[(query + 1)..]);
    }

    /// <summary>Returns a query string that shows the values of harmless parameters only.</summary>
    public static string RedactQuery(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return string.Join('&', query.Split('&').Select(RedactPair));
    }

    /// <summary>
    /// Returns the URL itself, or the stored one when the URL is its masked form, or null when the URL is masked and is not that of
    /// the stored one.
    /// </summary>
    public static string? Restore(string url, string? stored) => Restore(url, stored, Redact);

    /// <summary>Restores a query string in the same way.</summary>
    public static string? RestoreQuery(string query, string? stored) => Restore(query, stored, RedactQuery);

    private static string RedactPair(string pair)
    {
        int equals = pair.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0) return pair.Length == 0 || Harmless.Contains(Uri.UnescapeDataString(pair)) ? pair : Mask;
        return equals == pair.Length - 1 || Harmless.Contains(Uri.UnescapeDataString(pair[..equals])) ? pair : pair[..(equals + 1)] + Mask;
    }

    private static string? Restore(string text, string? stored, Func<string, string> mask)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.Contains(Mask, StringComparison.Ordinal)) return text;
        return stored is not null && mask(stored) == text ? stored : null;
    }
}
