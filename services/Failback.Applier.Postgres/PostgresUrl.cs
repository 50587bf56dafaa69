using Npgsql;

namespace Failback.Applier.Postgres;

/// <summary>
/// Reads <c>postgres://user:password@host:port/database?sslmode=…&amp;sslrootcert=…&amp;sslcert=…&amp;sslkey=…</c> into Npgsql's settings.
/// Errors name the part that is wrong and never repeat the URL.
/// </summary>
internal static class PostgresUrl
{
    /// <exception cref="FormatException">The URL is wrong.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri)) throw new FormatException("target: not a URL of the form postgres://user:password@host:port/database");
        if (uri.Scheme is not ("postgres" or "postgresql")) throw new FormatException($"target: scheme '{uri.Scheme}' is not postgres or postgresql");
        if (uri.Host.Length == 0) throw new FormatException("target: the host is missing");
        string[] user = uri.UserInfo.Split(':', 2);
        if (user[0].Length == 0) throw new FormatException("target: the user is missing");
        string database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/'));
        if (database.Length == 0) throw new FormatException("target: the database is missing");
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host.Trim('[', ']'),
            Port = uri.Port > 0 ? uri.Port : 5432,
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            Database = database,
        };
        foreach (string pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            Set(settings, Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
        }

        return settings;
    }

    private static void Set(NpgsqlConnectionStringBuilder settings, string name, string value)
    {
        switch (name)
        {
            case "sslmode":
                settings.SslMode = value switch
                {
                    "disable" => SslMode.Disable,
                    "allow" => SslMode.Allow,
                    "prefer" => SslMode.Prefer,
                    "require" => SslMode.Require,
                    "verify-ca" => SslMode.VerifyCA,
                    "verify-full" => SslMode.VerifyFull,
                    _ => throw new FormatException("target: sslmode is one of disable, allow, prefer, require, verify-ca, verify-full"),
                };
                break;
            case "sslrootcert":
                settings.RootCertificate = Existing(name, value);
                break;
            case "sslcert":
                settings.SslCertificate = Existing(name, value);
                break;
            case "sslkey":
                settings.SslKey = Existing(name, value);
                break;
            case "application_name":
                settings.ApplicationName = value;
                break;
            case "connect_timeout":
                settings.Timeout = int.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out int seconds) && seconds > 0 ? seconds : throw new FormatException("target: connect_timeout is a number of seconds");
                break;
            default:
                throw new FormatException($"target: parameter '{name}' is not known; known are sslmode, sslrootcert, sslcert, sslkey, application_name, connect_timeout");
        }
    }

    private static string Existing(string name, string path) =>
        File.Exists(path) ? path : throw new FormatException($"target: {name} names a file that is not there");
}
