using System.Net;
using Npgsql;

namespace Failback.Cockroach;

/// <summary>Settings of the process, from the environment.</summary>
/// <param name="Server">Npgsql connection string of the PostgreSQL behind it.</param>
/// <param name="EndPoint">Address to listen on.</param>
/// <param name="Certificate">PEM file; empty: no TLS.</param>
/// <param name="Key">PEM file.</param>
/// <param name="HealthPort">Port of <c>/livez</c> and <c>/readyz</c>; 0: none.</param>
/// <param name="Databases">Databases whose history is kept from the start.</param>
internal sealed record StandInSettings(
    string Server, IPEndPoint EndPoint, string Certificate, string Key, int HealthPort, IReadOnlyList<string> Databases)
{
    /// <exception cref="FormatException">A setting is missing or wrong.</exception>
    public static StandInSettings Read(Func<string, string?> environment)
    {
        string url = environment("COCKROACH_STANDIN_POSTGRES_URL") is { Length: > 0 } value ? value
            : environment("COCKROACH_STANDIN_POSTGRES_URL_FILE") is { Length: > 0 } file ? File.ReadAllText(file).Trim()
            : throw new FormatException("COCKROACH_STANDIN_POSTGRES_URL is missing: postgres://superuser:password@host:port/database");
        var uri = new Uri(url);
        string[] user = uri.UserInfo.Split(':', 2);
        var server = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            Database = uri.AbsolutePath.Trim('/'),
        };
        return new StandInSettings(
            server.ConnectionString,
            IPEndPoint.Parse(environment("COCKROACH_STANDIN_LISTEN") is { Length: > 0 } listen ? listen : "127.0.0.1:26257"),
            environment("COCKROACH_STANDIN_TLS_CERTIFICATE") ?? "",
            environment("COCKROACH_STANDIN_TLS_KEY") ?? "",
            int.Parse(
                environment("COCKROACH_STANDIN_HEALTH_PORT") is { Length: > 0 } health
                ? health
                : "0", System.Globalization.CultureInfo.InvariantCulture),
            (environment("COCKROACH_STANDIN_DATABASES") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries));
    }
}
