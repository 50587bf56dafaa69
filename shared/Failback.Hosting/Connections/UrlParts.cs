using System.Text.RegularExpressions;

namespace Failback.Hosting.Connections;

/// <summary>The parts of a connection URL as written, not decoded.</summary>
/// <param name="Scheme">Scheme in lower case.</param>
/// <param name="User">User; may be empty.</param>
/// <param name="Password">Password; null where there is no colon.</param>
/// <param name="Host">Host, an IPv6 address in brackets.</param>
/// <param name="Port">Port; empty where there is none.</param>
/// <param name="Path">Text between host and query, without surrounding slashes.</param>
/// <param name="Query">Query without its question mark.</param>
internal sealed partial record UrlParts(string Scheme, string User, string? Password, string Host, string Port, string Path, string Query)
{
    private const string TcpStart = "@tcp(";

    /// <summary>Returns the parts of a URL, or null when it does not have the form of one.</summary>
    public static UrlParts? Split(string url)
    {
        Match form = Form().Match(Plain(url));
        return form.Success
            ? new UrlParts(
                Scheme: form.Groups["scheme"].Value.ToLowerInvariant(),
                User: form.Groups["user"].Value,
                Password: form.Groups["password"] is { Success: true } password ? password.Value : null,
                Host: form.Groups["host"].Value,
                Port: form.Groups["port"].Value,
                Path: form.Groups["path"].Value.Trim('/'),
                Query: form.Groups["query"].Value)
            : null;
    }

    /// <summary>
    /// Returns the host in the form that drivers take (ASCII, without brackets), or null when it is neither a name nor an address.
    /// </summary>
    public string? ReadHost() =>
        Uri.CheckHostName(Host.Trim('[', ']')) != UriHostNameType.Unknown
        && Uri.TryCreate($"http://{Host}/", UriKind.Absolute, out Uri? uri) ? uri.IdnHost : null;

    // Turns the form of Go's MySQL driver, user:password@tcp(host:port)/database, into a plain URL.
    private static string Plain(string url)
    {
        int open = url.IndexOf(TcpStart, StringComparison.Ordinal);
        int close = open < 0 ? -1 : url.IndexOf(')', open);
        return close < 0 ? url : url[..(open + 1)] + url[(open + TcpStart.Length)..close] + url[(close + 1)..];
    }

    [GeneratedRegex(
        @"\A(?<scheme>[a-z]+)://(?:(?<user>[^:/?#@]*)(?::(?<password>[^/?#@]*))?@)?(?<host>\[[^\]]*\]|[^:/?#@]*)(?::(?<port>[^/?#@]*))?"
            + @"(?<path>/[^?#@]*)?(?:\?(?<query>[^#]*))?\z",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        1000)]
    private static partial Regex Form();
}
