using Failback.Hosting.Connections;
using MySqlConnector;

namespace Failback.Applier.MySql.Connection;

/// <summary>
/// Turns <c>mysql://user:password@host:port/database?sslmode=…&amp;sslrootcert=…&amp;sslcert=…&amp;sslkey=…</c>, also with
/// <c>tcp(host:port)</c>, into MySqlConnector's settings. Errors name the part that is wrong and never repeat the URL.
/// </summary>
internal static class MySqlUrl
{
    /// <exception cref="FormatException">The URL is wrong, or a file that it names is not there.</exception>
    public static MySqlConnectionStringBuilder Parse(string url)
    {
        MySqlConnectionStringBuilder settings = Map(ConnectionForms.MySql.Parse(url, "target"));
        Require("sslrootcert", settings.SslCa);
        Require("sslcert", settings.SslCert);
        Require("sslkey", settings.SslKey);
        return settings;
    }

    internal static MySqlConnectionStringBuilder Map(ConnectionUrl url) => new()
    {
        Server = url.Host,
        Port = (uint)url.Port,
        UserID = url.User,
        Password = url.Password ?? "",
        Database = url.Database,
        SslMode = url["sslmode"] switch
        {
            "disable" => MySqlSslMode.None,
            "require" => MySqlSslMode.Required,
            "verify-ca" => MySqlSslMode.VerifyCA,
            "verify-full" => MySqlSslMode.VerifyFull,
            _ => MySqlSslMode.Preferred,
        },

        // Without TLS a caching_sha2_password account needs the server's key to hide the password in.
        AllowPublicKeyRetrieval = url["sslmode"] == "disable",
        SslCa = url["sslrootcert"] ?? "",
        SslCert = url["sslcert"] ?? "",
        SslKey = url["sslkey"] ?? "",
        ConnectionTimeout = (uint)(url.Seconds("connect_timeout") ?? 15),
    };

    private static void Require(string name, string path)
    {
        if (path.Length > 0 && !File.Exists(path)) throw new FormatException($"target: {name} names a file that is not there");
    }
}
