using Failback.Hosting.Connections;
using Npgsql;

namespace Failback.Applier.Postgres.Connection;

/// <summary>
/// Turns <c>postgres://user:password@host:port/database?sslmode=…&amp;sslrootcert=…&amp;sslcert=…&amp;sslkey=…</c>
/// into Npgsql's settings. Errors name the part that is wrong and never repeat the URL.
/// </summary>
internal static class PostgresUrl
{
    /// <exception cref="FormatException">The URL is wrong, or a file that it names is not there.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string url)
    {
        NpgsqlConnectionStringBuilder settings = Map(ConnectionForms.PostgreSql.Parse(url, "target"));
        Require("sslrootcert", settings.RootCertificate);
        Require("sslcert", settings.SslCertificate);
        Require("sslkey", settings.SslKey);
        return settings;
    }

    internal static NpgsqlConnectionStringBuilder Map(ConnectionUrl url) => new()
    {
        Host = url.Host,
        Port = url.Port,
        Username = url.User,
        Password = url.Password,
        Database = url.Database,
        SslMode = Enum.Parse<SslMode>((url["sslmode"] ?? "prefer").Replace("-", "", StringComparison.Ordinal), ignoreCase: true),
        RootCertificate = url["sslrootcert"],
        SslCertificate = url["sslcert"],
        SslKey = url["sslkey"],
        ApplicationName = url["application_name"],
        Timeout = url.Seconds("connect_timeout") ?? 15,
    };

    private static void Require(string name, string? path)
    {
        if (path is not null && !File.Exists(path)) throw new FormatException($"target: {name} names a file that is not there");
    }
}
