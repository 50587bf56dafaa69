using MySqlConnector;

namespace Failback.Applier.MySql;

/// <summary>
/// Reads <c>mysql://user:password@host:port/database?sslmode=…&amp;sslrootcert=…&amp;sslcert=…&amp;sslkey=…</c>, also with
/// <c>tcp(host:port)</c>, into MySqlConnector's settings. Errors name the part that is wrong and never repeat the URL.
/// </summary>
internal static class MySqlUrl
{
    private const string TcpStart = "@tcp(";

    /// <exception cref="FormatException">The URL is wrong.</exception>
    public static MySqlConnectionStringBuilder Parse(string url)
    {
        if (!Uri.TryCreate(Plain(url), UriKind.Absolute, out Uri? uri)) throw new FormatException("target: not a URL of the form mysql://user:password@host:port/database");
        if (uri.Scheme is not "mysql") throw new FormatException($"target: scheme '{uri.Scheme}' is not mysql");
        if (uri.Host.Length == 0) throw new FormatException("target: the host is missing");
        string[] user = uri.UserInfo.Split(':', 2);
        if (user[0].Length == 0) throw new FormatException("target: the user is missing");
        string database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/'));
        if (database.Length == 0) throw new FormatException("target: the database is missing");
        var settings = new MySqlConnectionStringBuilder
        {
            Server = uri.Host.Trim('[', ']'),
            Port = uri.Port > 0 ? (uint)uri.Port : 3306,
            UserID = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : "",
            Database = database,
        };
        foreach (string pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            Set(settings, Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
        }

        return settings;
    }

    /// <summary>The form of Go's driver, <c>user:password@tcp(host:port)/database</c>, as a plain URL.</summary>
    private static string Plain(string url)
    {
        int open = url.IndexOf(TcpStart, StringComparison.Ordinal);
        int close = open < 0 ? -1 : url.IndexOf(')', open);
        return close < 0 ? url : url[..(open + 1)] + url[(open + TcpStart.Length)..close] + url[(close + 1)..];
    }

    private static void Set(MySqlConnectionStringBuilder settings, string name, string value)
    {
        switch (name)
        {
            case "sslmode":
                settings.SslMode = value switch
                {
                    "disable" => MySqlSslMode.None,
                    "require" => MySqlSslMode.Required,
                    "verify-ca" => MySqlSslMode.VerifyCA,
                    "verify-full" => MySqlSslMode.VerifyFull,
                    _ => throw new FormatException("target: sslmode is one of disable, require, verify-ca, verify-full"),
                };

                // Without TLS a caching_sha2_password account needs the server's key to hide the password in.
                settings.AllowPublicKeyRetrieval = value == "disable";
                break;
            case "sslrootcert":
                settings.SslCa = Existing(name, value);
                break;
            case "sslcert":
                settings.SslCert = Existing(name, value);
                break;
            case "sslkey":
                settings.SslKey = Existing(name, value);
                break;
            case "connect_timeout":
                settings.ConnectionTimeout = uint.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out uint seconds) && seconds > 0 ? seconds : throw new FormatException("target: connect_timeout is a number of seconds");
                break;
            default:
                throw new FormatException($"target: parameter '{name}' is not known; known are sslmode, sslrootcert, sslcert, sslkey, connect_timeout");
        }
    }

    private static string Existing(string name, string path) =>
        File.Exists(path) ? path : throw new FormatException($"target: {name} names a file that is not there");
}
