using Failback.Hosting.Connections;
using Npgsql;

namespace Failback.Control.Storage;

/// <summary>Turns the URL of control's own PostgreSQL database into Npgsql's settings.</summary>
internal static class DatabaseUrl
{
    private const int Patience = 10;

    /// <exception cref="FormatException">The URL is wrong.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string url)
    {
        ConnectionUrl read = ConnectionForms.ControlDatabase.Parse(url, "Failback__Control__Database");
        return new NpgsqlConnectionStringBuilder
        {
            Host = read.Host,
            Port = read.Port,
            Username = read.User,
            Password = read.Password,
            Database = read.Database,
            SslMode = Enum.Parse<SslMode>((read["sslmode"] ?? "prefer").Replace("-", "", StringComparison.Ordinal), ignoreCase: true),
            RootCertificate = read["sslrootcert"],
            SslCertificate = read["sslcert"],
            SslKey = read["sslkey"],
            ApplicationName = read["application_name"] ?? "failback-control",
            Options = read["options"],
            Timeout = read.Seconds("connect_timeout") ?? Patience,
            CommandTimeout = Patience,
        };
    }
}
