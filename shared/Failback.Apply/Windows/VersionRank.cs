using Failback.Contracts;

namespace Failback.Apply.Windows;

/// <summary>
/// Decides which of two versions of one target row stays: the newer one and, of two with one timestamp (two source keys that name one
/// target row, as in a key change over columns the target lacks), the row that exists and not the delete. Every comparison of versions is
/// this one: within a window, with a stored version, with the checkpoint and between letters.
/// </summary>
/// <param name="Updated">Timestamp of the version.</param>
/// <param name="Deleted">The version is a delete.</param>
public readonly record struct VersionRank(HlcTimestamp Updated, bool Deleted) : IComparable<VersionRank>
{
    public static VersionRank Of(Mutation row) => new(row.Updated, row.Frame.IsDelete);

    /// <summary>
    /// The least that a version may lack to be news to a table that has been applied through <paramref name="resolved"/>. A row with just
    /// this timestamp may come after it: a scan that was added to a changefeed has the timestamp at which it was added. A delete may not:
    /// scans have none, and the row of a repeated one may exist again under another key.
    /// </summary>
    public static VersionRank AppliedThrough(HlcTimestamp resolved) => new(resolved, Deleted: true);

    public bool Beats(VersionRank other) => this > other;

    public int CompareTo(VersionRank other) =>
        Updated == other.Updated ? other.Deleted.CompareTo(Deleted) : Updated.CompareTo(other.Updated);

    public static bool operator >(VersionRank left, VersionRank right) => left.CompareTo(right) > 0;

    public static bool operator <(VersionRank left, VersionRank right) => left.CompareTo(right) < 0;

    public static bool operator >=(VersionRank left, VersionRank right) => left.CompareTo(right) >= 0;

    public static bool operator <=(VersionRank left, VersionRank right) => left.CompareTo(right) <= 0;
}
