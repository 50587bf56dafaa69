using System.Globalization;
using System.Text.RegularExpressions;
using System.Web;

namespace Failback.Control.Definitions;

/// <summary>
/// Checks connection URLs without opening them: scheme, user, host, port, database, TLS parameters. Messages name the part, never its value where it
/// may be secret. Whether files exist only the applier can tell, they lie on its machine.
/// </summary>
internal static partial class TargetUrl
{
    private static readonly Dictionary<string, string> Dialects = new(StringComparer.OrdinalIgnoreCase)
    {
        ["postgres"] = "postgres",
        ["postgresql"] = "postgres",
        ["mysql"] = "mysql",
        ["oracle"] = "oracle",
    };

    private static readonly string[] PostgresModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];
    private static readonly string[] MySqlModes = ["disable", "require", "verify-ca", "verify-full"];
    private static readonly string[] OracleModes = ["disable", "verify-ca", "verify-full"];
    private static readonly string[] Files = ["sslrootcert", "sslcert", "sslkey"];

    /// <summary>Dialect of a checked URL; a scheme of a further dialect is its name.</summary>
    public static string Dialect(string url)
    {
        string scheme = url[..url.IndexOf("://", StringComparison.Ordinal)];
        return Dialects.GetValueOrDefault(scheme, scheme);
    }

    /// <summary>Host, port and database of a checked URL: what makes two URLs the same database whatever the credentials.</summary>
    public static string Place(string url)
    {
        Uri uri = new(Plain(url));
        return $"{Dialect(url)}://{uri.Host.ToLowerInvariant()}:{uri.Port}{uri.AbsolutePath}";
    }

    /// <summary>What is wrong with a target's URL; empty when nothing is.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="source">It is CockroachDB's.</param>
    /// <param name="further">Dialects of the settings beyond those known here; what their URLs must look like, their applier knows.</param>
    public static IEnumerable<string> Check(string url, bool source, IReadOnlyCollection<string>? further = null)
    {
        int scheme = url.IndexOf("://", StringComparison.Ordinal);
        string name = scheme > 0 ? url[..scheme] : "";
        if (!source && further?.Contains(name, StringComparer.Ordinal) == true) yield break;
        if (source ? name is not ("postgres" or "postgresql") : !Dialects.ContainsKey(name))
        {
            yield return source
                ? "the scheme must be postgresql:// (CockroachDB)"
                : $"the scheme must be one of {string.Join(", ", Dialects.Keys.Concat(further ?? []).Select(known => known + "://"))}";
            yield break;
        }

        Match form = Form().Match(Plain(url));
        if (!form.Success)
        {
            yield return $"not a URL of the form {name}://user:password@host:port/database; percent-encode special characters of user and password (@ is %40, # is %23, / is %2F)";
            yield break;
        }

        if (form.Groups["user"].Length == 0) yield return "the user is missing (user:password@ before the host)";
        if (form.Groups["host"].Length == 0) yield return "the host is missing";
        else if (Uri.CheckHostName(form.Groups["host"].Value.Trim('[', ']')) == UriHostNameType.Unknown) yield return "the host is neither a name nor an address";
        if (form.Groups["port"] is { Length: > 0 } port && !(int.TryParse(port.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is > 0 and <= 65535))
            yield return "the port must be a number from 1 to 65535";
        string database = form.Groups["path"].Value.Trim('/');
        if (database.Length == 0) yield return Dialects[name] == "oracle" ? "the service name is missing (last part of the URL)" : "the database is missing (last part of the URL)";
        else if (database.Contains('/', StringComparison.Ordinal)) yield return "the path must be the database alone";
        foreach (string problem in CheckParameters(form.Groups["query"].Value, Dialects[name])) yield return problem;
    }

    private static IEnumerable<string> CheckParameters(string query, string dialect)
    {
        System.Collections.Specialized.NameValueCollection parameters = HttpUtility.ParseQueryString(query);
        string[] modes = dialect switch
        {
            "postgres" => PostgresModes,
            "oracle" => OracleModes,
            _ => MySqlModes,
        };
        if (parameters["sslmode"] is { } mode && !modes.Contains(mode, StringComparer.Ordinal))
            yield return $"sslmode must be one of {string.Join(", ", modes)}";
        foreach (string file in Files)
        {
            if (parameters[file] is { } path && string.IsNullOrWhiteSpace(path)) yield return $"{file} must be a path (on the applier's machine)";
        }

        if (parameters["sslcert"] is null != parameters["sslkey"] is null) yield return "sslcert and sslkey belong together";
    }

    // The DSN form of Go's MySQL driver, user:password@tcp(host:port)/database, as a plain URL.
    private static string Plain(string url)
    {
        int open = url.IndexOf("@tcp(", StringComparison.Ordinal);
        int close = open < 0 ? -1 : url.IndexOf(')', open);
        return close < 0 ? url : url[..(open + 1)] + url[(open + 5)..close] + url[(close + 1)..];
    }

    [GeneratedRegex(@"\A[a-z]+://(?:(?<user>[^:/?#@]*)(?::[^/?#@]*)?@)?(?<host>\[[^\]]*\]|[^:/?#@]*)(?::(?<port>[^/?#@]*))?(?<path>/[^?#@]*)?(?:\?(?<query>[^#]*))?\z", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Form();
}
