using System.Collections.Frozen;

namespace Failback.Hosting.Connections;

/// <summary>The forms of connection URLs: per kind of server the schemes, the port and the parameters. All of it is data.</summary>
public static class ConnectionForms
{
    private const string Applier = "the applier's machine";
    private const string Control = "control's machine";

    private static readonly string[] PostgresSchemes = ["postgres", "postgresql"];
    private static readonly string[] PostgresModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];
    private static readonly (Func<ConnectionUrl, bool> Fails, string Problem) Pair =
        (url => url["sslcert"] is null != url["sslkey"] is null, "sslcert and sslkey belong together");

    /// <summary>CockroachDB, the source. Its <c>options</c> choose a tenant (<c>--cluster=…</c>), but may hold anything.</summary>
    public static ConnectionForm Source { get; } = new(
        "cockroach", PostgresSchemes, 26257, Postgres(Control, withOptions: true))
    { Rules = [Pair] };

    /// <summary>The PostgreSQL database that control keeps its state in.</summary>
    public static ConnectionForm ControlDatabase { get; } = new(
        "postgres", PostgresSchemes, 5432, Postgres(Control, withOptions: true))
    { Rules = [Pair] };

    /// <summary>A target of PostgreSQL. The applier needs <c>options</c> itself.</summary>
    public static ConnectionForm PostgreSql { get; } = new(
        "postgres", PostgresSchemes, 5432, Postgres(Applier, withOptions: false))
    { Rules = [Pair] };

    /// <summary>A target of MySQL or MariaDB.</summary>
    public static ConnectionForm MySql { get; } = new(
        "mysql",
        ["mysql"],
        3306,
        [UrlParameter.Word("sslmode", "disable", "require", "verify-ca", "verify-full"), .. Certificates(Applier),
            UrlParameter.Seconds("connect_timeout")])
    {
        Rules = [Pair],
    };

    /// <summary>A target of Oracle. Service and wallet become part of a connect descriptor, which knows no quoting.</summary>
    public static ConnectionForm Oracle { get; } = new(
        "oracle",
        ["oracle"],
        1521,
        [UrlParameter.Word("sslmode", "disable", "verify-ca", "verify-full"), UrlParameter.Path("wallet", Applier),
            UrlParameter.Seconds("connect_timeout")])
    {
        DatabaseWord = "service name",
        NeedsPassword = true,
        Rules =
        [
            (url => !url.Database.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '$' or '#'),
                "the service name has characters other than letters, digits, '.', '_', '-', '$' and '#'"),
            (url => url["wallet"] is not null && url["sslmode"] is null or "disable", "wallet needs sslmode verify-ca or verify-full"),
            (url => url["wallet"].AsSpan().ContainsAny('(', ')', '='), "wallet names a folder with one of ( ) ="),
        ],
    };

    /// <summary>The forms of targets.</summary>
    public static IReadOnlyList<ConnectionForm> Targets { get; } = [PostgreSql, MySql, Oracle];

    /// <summary>Parameters of any form whose values may be shown.</summary>
    internal static FrozenSet<string> Harmless { get; } = ShownNames().ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The form of a target's URL by its scheme; null for a scheme that no form has.</summary>
    public static ConnectionForm? Target(string url) =>
        Targets.FirstOrDefault(form => form.Schemes.Contains(Scheme(url), StringComparer.OrdinalIgnoreCase));

    /// <summary>Dialect of a target's URL; a scheme that no form has is the name of its dialect.</summary>
    public static string Dialect(string url) => Target(url)?.Dialect ?? Scheme(url);

    /// <summary>
    /// Host, port and database of a target's URL: what makes two URLs the same database, whatever the credentials and parameters.
    /// </summary>
    public static string Place(string url)
    {
        if (Target(url) is { } form && UrlParts.Split(url) is { } parts && parts.ReadHost() is { } host && form.Port(parts) is { } port)
            return FormattableString.Invariant($"{form.Dialect}://{host}:{port}/{Uri.UnescapeDataString(parts.Path)}");
        Uri uri = new(url);
        return FormattableString.Invariant($"{Dialect(url)}://{uri.Host.ToLowerInvariant()}:{uri.Port}{uri.AbsolutePath}");
    }

    /// <summary>What stands before <c>://</c>; empty where nothing does.</summary>
    public static string Scheme(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return url[..Math.Max(0, url.IndexOf("://", StringComparison.Ordinal))];
    }

    private static IEnumerable<string> ShownNames() => Targets.Append(Source).Append(ControlDatabase)
        .SelectMany(form => form.Parameters).GroupBy(parameter => parameter.Name, StringComparer.Ordinal)
        .Where(same => same.All(parameter => !parameter.IsSecret)).Select(same => same.Key);

    private static IReadOnlyList<UrlParameter> Postgres(string machine, bool withOptions) =>
    [
        UrlParameter.Word("sslmode", PostgresModes),
        .. Certificates(machine),
        UrlParameter.Text("application_name"),
        UrlParameter.Seconds("connect_timeout"),
        .. withOptions ? [UrlParameter.Text("options", isSecret: true)] : (UrlParameter[])[],
    ];

    private static UrlParameter[] Certificates(string machine) =>
        [UrlParameter.Path("sslrootcert", machine), UrlParameter.Path("sslcert", machine), UrlParameter.Path("sslkey", machine)];
}
