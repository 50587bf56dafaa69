namespace Failback.Hosting.Secrets;

/// <summary>Shows a connection URL without its secrets: the password and the values of secret query parameters become <c>***</c>.</summary>
public static class SecretUrl
{
    /// <summary>What stands in the place of a secret.</summary>
    public const string Mask = "***";

    private static readonly HashSet<string> SecretParameters = new(StringComparer.OrdinalIgnoreCase)
    {
        "password", "pwd", "sslpassword", "client_key", "token", "access_token", "secret", "webhook_auth_header", "sasl_password",
    };

    /// <summary>The URL with its secrets masked. Text that is no URL is masked as a whole, since nobody can say what is in it.</summary>
    public static string Redact(string? url)
    {
        if (string.IsNullOrEmpty(url)) return "";
        int scheme = url.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0) return Mask;
        int start = scheme + 3;
        // The last @ before the query ends the credentials: a password may hold an unescaped @, / or #.
        int query = url.IndexOf('?', start);
        int end = query < 0 ? url.Length : query;
        int at = url.LastIndexOf('@', end - 1, end - start);
        if (at < 0 && query >= 0 && url.LastIndexOf('@') is var late && late > query)
        {
            // A password with an unescaped question mark: only scheme and what follows the last @ are safe to show.
            return url[..start] + Mask + url[late..];
        }

        string credentials = at < 0 ? "" : url[start..at];
        int colon = credentials.IndexOfAny([':', '/']);
        string shown = colon < 0 ? credentials : credentials[..colon] + ":" + Mask;
        string head = url[..start] + shown + url[(at < 0 ? start : at)..end];
        return query < 0 ? head : head + "?" + RedactQuery(url[(query + 1)..]);
    }

    /// <summary>A query string with the values of secret parameters masked.</summary>
    public static string RedactQuery(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return string.Join('&', query.Split('&').Select(pair =>
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            return equals > 0 && SecretParameters.Contains(Uri.UnescapeDataString(pair[..equals])) ? pair[..(equals + 1)] + Mask : pair;
        }));
    }
}
