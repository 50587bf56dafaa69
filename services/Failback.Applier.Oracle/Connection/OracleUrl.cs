using System.Data.Common;
using System.Globalization;
using Failback.Hosting.Connections;

namespace Failback.Applier.Oracle.Connection;

/// <summary>
/// Turns <c>oracle://C%23%23USER:password@host:1521/SERVICE?sslmode=…&amp;wallet=…</c> into the driver's settings. Errors name the part
/// that is wrong and never repeat the URL.
/// </summary>
internal static class OracleUrl
{
    /// <exception cref="FormatException">The URL is wrong, or a folder that it names is not there.</exception>
    public static DbConnectionStringBuilder Parse(string url)
    {
        ConnectionUrl read = ConnectionForms.Oracle.Parse(url, "target");
        if (read["wallet"] is { } folder && !Directory.Exists(folder))
            throw new FormatException("target: wallet names a folder that is not there");
        return Map(read);
    }

    internal static DbConnectionStringBuilder Map(ConnectionUrl url) => new()
    {
        ["User Id"] = url.User,
        ["Password"] = url.Password!,
        ["Data Source"] = Descriptor(url),
        ["Connection Timeout"] = url.Seconds("connect_timeout") ?? 15,
    };

    // https://docs.oracle.com/en/database/oracle/oracle-database/23/netrf/local-naming-parameters-in-tns-ora-file.html
    private static string Descriptor(ConnectionUrl url)
    {
        bool plain = url["sslmode"] is null or "disable";
        string security = plain ? "" : $"(SECURITY=(SSL_SERVER_DN_MATCH={(url["sslmode"] == "verify-full" ? "yes" : "no")}){Wallet(url)})";
        string address = string.Create(
            CultureInfo.InvariantCulture,
            $"(ADDRESS=(PROTOCOL={(plain ? "tcp" : "tcps")})(HOST={url.Host})(PORT={url.Port}))");
        return $"(DESCRIPTION={address}(CONNECT_DATA=(SERVICE_NAME={url.Database})){security})";
    }

    private static string Wallet(ConnectionUrl url) =>
        url["wallet"] is { } folder ? $"(WALLET_LOCATION=(SOURCE=(METHOD=FILE)(METHOD_DATA=(DIRECTORY={folder}))))" : "";
}
