using System.Data.Common;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Failback.Applier.Oracle;

/// <summary>
/// Reads <c>oracle://C%23%23USER:password@host:1521/SERVICE?sslmode=…&amp;wallet=…</c> into the driver's settings. Errors name the part that
/// is wrong and never repeat the URL.
/// </summary>
internal static partial class OracleUrl
{
    private const int DefaultPort = 1521;

    /// <exception cref="FormatException">The URL is wrong.</exception>
    public static DbConnectionStringBuilder Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri)) throw new FormatException("target: not a URL of the form oracle://USER:password@host:1521/SERVICE");
        if (uri.Scheme is not "oracle") throw new FormatException($"target: scheme '{uri.Scheme}' is not oracle");
        if (uri.Fragment.Length > 0) throw new FormatException("target: '#' has to be written %23 (a common user is C%23%23NAME)");
        if (uri.Host.Length == 0) throw new FormatException("target: the host is missing");
        string[] user = uri.UserInfo.Split(':', 2);
        if (user[0].Length == 0) throw new FormatException("target: the user is missing");
        if (user.Length < 2 || user[1].Length == 0) throw new FormatException("target: the password is missing");
        string service = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/'));
        if (service.Length == 0) throw new FormatException("target: the service name is missing");
        if (!Word().IsMatch(service)) throw new FormatException("target: the service name has characters other than letters, digits, '.', '_', '-', '$' and '#'");
        Dictionary<string, string> parameters = Parameters(uri);
        return new DbConnectionStringBuilder
        {
            ["User Id"] = Uri.UnescapeDataString(user[0]),
            ["Password"] = Uri.UnescapeDataString(user[1]),
            ["Data Source"] = Descriptor(uri.IdnHost.Trim('[', ']'), uri.Port > 0 ? uri.Port : DefaultPort, service, parameters),
            ["Connection Timeout"] = Timeout(parameters),
        };
    }

    // https://docs.oracle.com/en/database/oracle/oracle-database/23/netrf/local-naming-parameters-in-tns-ora-file.html
    private static string Descriptor(string host, int port, string service, Dictionary<string, string> parameters)
    {
        string mode = parameters.GetValueOrDefault("sslmode", "disable");
        if (mode is not ("disable" or "verify-ca" or "verify-full")) throw new FormatException("target: sslmode is one of disable, verify-ca, verify-full");
        if (parameters.ContainsKey("wallet") && mode == "disable") throw new FormatException("target: wallet needs sslmode verify-ca or verify-full");
        string security = mode == "disable" ? "" : $"(SECURITY=(SSL_SERVER_DN_MATCH={(mode == "verify-full" ? "yes" : "no")}){Wallet(parameters)})";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"(DESCRIPTION=(ADDRESS=(PROTOCOL={(mode == "disable" ? "tcp" : "tcps")})(HOST={host})(PORT={port}))(CONNECT_DATA=(SERVICE_NAME={service})){security})");
    }

    private static string Wallet(Dictionary<string, string> parameters)
    {
        if (!parameters.TryGetValue("wallet", out string? folder)) return "";
        if (!Directory.Exists(folder)) throw new FormatException("target: wallet names a folder that is not there");
        return folder.AsSpan().ContainsAny('(', ')', '=') ? throw new FormatException("target: wallet names a folder with one of ( ) =") : $"(WALLET_LOCATION=(SOURCE=(METHOD=FILE)(METHOD_DATA=(DIRECTORY={folder}))))";
    }

    private static int Timeout(Dictionary<string, string> parameters) =>
        !parameters.TryGetValue("connect_timeout", out string? text) ? 15
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds > 0 ? seconds
        : throw new FormatException("target: connect_timeout is a number of seconds");

    private static Dictionary<string, string> Parameters(Uri uri)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            string name = Uri.UnescapeDataString(parts[0]);
            if (name is not ("sslmode" or "wallet" or "connect_timeout")) throw new FormatException($"target: parameter '{name}' is not known; known are sslmode, wallet, connect_timeout");
            found[name] = parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "";
        }

        return found;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._$#-]+\z", RegexOptions.None, 1000)]
    private static partial Regex Word();
}
