using System.Runtime.InteropServices;
using Failback.Contracts;

namespace Failback.Apply.Windows;

/// <summary>
/// Keeps the newest version of every row up to a timestamp, as <see cref="VersionRank"/> orders them. Everything older is superseded.
/// </summary>
public static class Compaction
{
    /// <summary>
    /// Moves versions at or before <paramref name="limit"/>, and the first <paramref name="ahead"/> of the others, out of
    /// <paramref name="rows"/> into
    /// <paramref name="changes"/>; <paramref name="superseded"/> is told of every version that lost.
    /// </summary>
    public static void Take(List<Mutation> rows, HlcTimestamp limit, int ahead, TableChanges changes, Action<Mutation> superseded)
    {
        var latest = new Dictionary<KeyIdentity, Mutation>(ahead == 0 ? rows.Count : Math.Min(ahead, rows.Count));
        int kept = 0;
        for (int i = 0; i < rows.Count; i++)
        {
            Mutation row = rows[i];
            if (row.Updated > limit && ahead-- <= 0)
            {
                rows[kept++] = row;
                continue;
            }

            KeyIdentity identity = changes.Keys.Identify(row.Frame);
            ref Mutation best = ref CollectionsMarshal.GetValueRefOrAddDefault(latest, identity, out bool known);
            if (!known) best = row;
            else if (Wins(row, best))
            {
                superseded(best);
                best = row;
            }
            else superseded(row);
        }

        rows.RemoveRange(kept, rows.Count - kept);
        changes.Upserts.EnsureCapacity(changes.Upserts.Count + latest.Count);
        foreach ((KeyIdentity identity, Mutation row) in latest)
        {
            (row.Frame.IsDelete ? changes.Deletes : changes.Upserts).Add(new RowChange(row, identity));
        }
    }

    /// <summary>Which of two versions of one row stays.</summary>
    internal static bool Wins(Mutation row, Mutation best) => VersionRank.Of(row).Beats(VersionRank.Of(best));
}
