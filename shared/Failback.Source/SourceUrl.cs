using Failback.Hosting.Connections;
using Npgsql;

namespace Failback.Source;

/// <summary>Turns the URL of a source into Npgsql's settings. Files in the URL are files of the connecting machine.</summary>
internal static class SourceUrl
{
    /// <exception cref="SourceException">The URL is wrong, or names a file that cannot be read.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string url, TimeSpan timeout)
    {
        IReadOnlyList<string> problems = ConnectionForms.Source.Check(url, out ConnectionUrl? read);
        if (read is null)
            throw new SourceException(
                "source_url", $"the URL of source is wrong: {problems[0]}", "PUT the definition with a corrected source");
        NpgsqlConnectionStringBuilder settings = Map(read, timeout);
        SourceCertificates.Check(settings);
        return settings;
    }

    internal static NpgsqlConnectionStringBuilder Map(ConnectionUrl url, TimeSpan timeout)
    {
        int seconds = (int)Math.Ceiling(timeout.TotalSeconds);
        return new NpgsqlConnectionStringBuilder
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
            ApplicationName = url["application_name"] ?? "failback-control",
            Options = url["options"],
            Timeout = url.Seconds("connect_timeout") ?? Math.Min(seconds, UrlParameter.MostSeconds),
            CommandTimeout = seconds,
            // A pooled session could come back with settings that another use has changed.
            Pooling = false,
        };
    }
}
