using System.Collections.Frozen;

namespace Failback.Hosting.Connections;

/// <summary>The forms of connection URLs, as data: schemes, port and parameters per kind of server.</summary>
public static class ConnectionForms
{
    private const string Applier = "the applier's machine";
    private const string Control = "control's machine";

    private static readonly string[] PostgresSchemes = ["postgres", "postgresql"];
    private static readonly string[] PostgresModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];
    private static readonly (Func<ConnectionUrl, bool> Fails, string Problem) Pair =
        (url => url["sslcert"] is null != url["sslkey"] is null, "sslcert and sslkey belong together");

    /// <summary>
    /// CockroachDB, the source. Its <c>options</c> select a tenant (<c>--cluster=…</c>), but may contain anything and are treated
    /// as secret.
    /// </summary>
    public static ConnectionForm Source { get; } = new(
        "cockroach", PostgresSchemes, 26257, Postgres(Control, withOptions: true))
    { Rules = [Pair] };

    /// <summary>The PostgreSQL database that control keeps its state in.</summary>
    public static ConnectionForm ControlDatabase { get; } = new(
        "postgres", PostgresSchemes, 5432, Postgres(Control, withOptions: true))
    { Rules = [Pair] };

    /// <summary>A PostgreSQL target. It has no <c>options</c>, because the applier sets them itself.</summary>
    public static ConnectionForm PostgreSql { get; } = new(
        "postgres", PostgresSchemes, 5432, Postgres(Applier, withOptions: false))
    { Rules = [Pair] };

    /// <summary>A MySQL or MariaDB target.</summary>
    public static ConnectionForm MySql { get; } = new(
        "mysql",
        ["mysql"],
        3306,
        [UrlParameter.Word("sslmode", "disable", "require", "verify-ca", "verify-full"), .. Certificates(Applier),
            UrlParameter.Seconds("connect_timeout")])
    {
        Rules = [Pair],
    };

    /// <summary>
    /// An Oracle target. Service and wallet become part of a connect descriptor, which has no quoting; the rules therefore restrict
    /// their characters.
    /// </summary>
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

    /// <summary>Names of parameters whose values may be shown: those that are secret in no form.</summary>
    internal static FrozenSet<string> Harmless { get; } = ShownNames().ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Returns the form of a target's URL by its scheme, or null for an unknown scheme.</summary>
    public static ConnectionForm? Target(string url) =>
        Targets.FirstOrDefault(form => form.Schemes.Contains(Scheme(url), StringComparer.OrdinalIgnoreCase));

    /// <summary>Returns the dialect of a target's URL; an unknown scheme is returned itself.</summary>
    public static string Dialect(string url) => Target(url)?.Dialect ?? Scheme(url);

    /// <summary>
    /// Returns host, port and database of a target's URL. Two URLs with the same place mean the same database, also with other
    /// credentials and parameters.
    /// </summary>
    public static string Place(string url)
    {
        if (Target(url) is { } form && UrlParts.Split(url) is { } parts && parts.ReadHost() is { } host && form.Port(parts) is { } port)
            return FormattableString.Invariant($"{form.Dialect}://{host}:{port}/{Uri.UnescapeDataString(parts.Path)}");
        Uri uri = new(url);
        return FormattableString.Invariant($"{Dialect(url)}://{uri.Host.ToLowerInvariant()}:{uri.Port}{uri.AbsolutePath}");
    }

    /// <summary>Returns the text before <c>://</c>, or an empty one.</summary>
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
