using System.Globalization;
using Npgsql;

namespace Failback.Control.Changefeeds;

/// <summary>Turns the checked URL of a source, or of the database of control, into Npgsql's settings; files it names are on control's machine.</summary>
internal static class SourceUrl
{
    public static NpgsqlConnectionStringBuilder Parse(string url, TimeSpan timeout, int defaultPort = 26257)
    {
        var uri = new Uri(url);
        string[] user = uri.UserInfo.Split(':', 2);
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host.Trim('[', ']'),
            Port = uri.Port > 0 ? uri.Port : defaultPort,
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.Trim('/')),
            ApplicationName = "failback-control",
            Timeout = (int)Math.Ceiling(timeout.TotalSeconds),
            CommandTimeout = (int)Math.Ceiling(timeout.TotalSeconds),
            Pooling = false,
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
                settings.SslMode = Enum.Parse<SslMode>(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
                break;
            case "sslrootcert":
                settings.RootCertificate = value;
                break;
            case "sslcert":
                settings.SslCertificate = value;
                break;
            case "sslkey":
                settings.SslKey = value;
                break;
            case "options":
                settings.Options = value;
                break;
            case "connect_timeout" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds):
                settings.Timeout = seconds;
                break;
        }
    }
}
