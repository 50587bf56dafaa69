using System.Globalization;
using System.Text.RegularExpressions;

namespace Failback.Source;

/// <summary>The release of a CockroachDB cluster, on which the syntax of statements depends.</summary>
public readonly partial record struct ClusterVersion(int Major, int Minor) : IComparable<ClusterVersion>
{
    /// <summary>First release with webhook sinks and <c>on_error</c>.</summary>
    public static readonly ClusterVersion Webhooks = new(21, 2);

    /// <summary>First release with <c>ALTER CHANGEFEED</c> and <c>initial_scan_only</c>.</summary>
    public static readonly ClusterVersion Alterations = new(22, 1);

    /// <summary>First release in which CHANGEFEED is a privilege on a table and system privileges are granted.</summary>
    public static readonly ClusterVersion Privileges = new(22, 2);

    /// <summary>First release with <c>initial_scan='no'</c> instead of <c>no_initial_scan</c>.</summary>
    public static readonly ClusterVersion ScanWords = new(22, 2);

    /// <summary>First release in which an external connection can hold a webhook sink.</summary>
    public static readonly ClusterVersion WebhookConnections = new(23, 1);

    /// <summary>First release that shows watched tables on request only.</summary>
    public static readonly ClusterVersion WatchedTables = new(26, 1);

    /// <summary>Parses the result of <c>SELECT version()</c>; returns null when it is not CockroachDB's.</summary>
    public static ClusterVersion? Parse(string text)
    {
        Match match = Form().Match(text);
        return match.Success
            ? new ClusterVersion(
                int.Parse(match.Groups["major"].Value, CultureInfo.InvariantCulture),
                int.Parse(match.Groups["minor"].Value, CultureInfo.InvariantCulture))
            : null;
    }

    public int CompareTo(ClusterVersion other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    public static bool operator <(ClusterVersion left, ClusterVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(ClusterVersion left, ClusterVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(ClusterVersion left, ClusterVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ClusterVersion left, ClusterVersion right) => left.CompareTo(right) >= 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"v{Major}.{Minor}");

    [GeneratedRegex(@"CockroachDB\b.*?\bv(?<major>[0-9]+)\.(?<minor>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Form();
}
