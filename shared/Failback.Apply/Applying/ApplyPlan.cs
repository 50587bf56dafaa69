using Failback.Apply.Groups;
using Failback.Apply.Windows;
using Failback.Contracts;

namespace Failback.Apply.Applying;

/// <summary>What one transaction is to do: windows up to a resolved timestamp, with or without rows ahead of it.</summary>
/// <param name="tables">Of the group.</param>
/// <param name="limits">By place in the group: rows up to it are taken.</param>
/// <param name="resolved">By place in the group: the resolved timestamp after the transaction.</param>
/// <param name="ahead">By place in the group: so many rows beyond the limit are taken, in order of arrival; empty: none.</param>
internal sealed class ApplyPlan(
    IReadOnlyList<GroupTable> tables, IReadOnlyList<HlcTimestamp> limits, HlcTimestamp[] resolved, IReadOnlyList<int> ahead)
{
    /// <summary>By place in the group; null: nothing for that table.</summary>
    public TableChanges?[] Changes { get; } = new TableChanges?[tables.Count];

    /// <summary>Versions that lost against a newer one at hand, by place in the group.</summary>
    private readonly List<Mutation>[] _superseded = [.. tables.Select(_ => new List<Mutation>())];

    /// <summary>Messages of the versions that lost.</summary>
    public IEnumerable<MessageEntry> Superseded => _superseded.SelectMany(s => s).Select(m => m.Entry);

    /// <summary>Resolved timestamp per table after the transaction.</summary>
    public HlcTimestamp[] Resolved { get; } = resolved;

    /// <summary>True when versions are stored ahead of their resolved timestamp.</summary>
    public bool Guarded => ahead.Count > 0;

    public int RowCount => Changes.Sum(c => c is null ? 0 : c.Upserts.Count + c.Deletes.Count);

    /// <summary>
    /// Rows up to the resolved timestamp that <paramref name="limit"/> names for their table, whose queue has delivered all of them.
    /// </summary>
    /// <param name="tables">Of the group.</param>
    /// <param name="limit">By table.</param>
    /// <param name="ahead">By place in the group, rows beyond the limit; null: none.</param>
    public static ApplyPlan Window(IReadOnlyList<GroupTable> tables, Func<GroupTable, HlcTimestamp> limit, IReadOnlyList<int>? ahead = null)
    {
        HlcTimestamp[] limits = [.. tables.Select(limit)];
        return new ApplyPlan(
            tables, limits, [.. tables.Select((t, i) => t.Checkpoint.Resolved > limits[i] ? t.Checkpoint.Resolved : limits[i])], ahead
            ?? []);
    }

    /// <summary>All that is at hand.</summary>
    public static ApplyPlan Everything(IReadOnlyList<GroupTable> tables) =>
        Window(tables, t => t.ReceivedResolved, [.. tables.Select(_ => int.MaxValue)]);

    /// <summary>Takes the rows out of the tables, newest version per row.</summary>
    public void Gather()
    {
        foreach (GroupTable table in tables)
        {
            if (table.Rows.Count == 0) continue;
            var changes = new TableChanges(table.Index, table.Target, table.Reader, table.Keys);
            Compaction.Take(table.Rows, limits[table.Index], Guarded ? ahead[table.Index] : 0, changes, _superseded[table.Index].Add);
            Changes[table.Index] = changes.IsEmpty ? null : changes;
        }
    }

    /// <summary>
    /// Names the rows again after a key map or the catalogue changed: all of them, because those that lost may be other rows by now.
    /// </summary>
    public void Regather()
    {
        foreach (TableChanges changes in Changes.OfType<TableChanges>().ToList())
        {
            GroupTable table = tables[changes.Index];
            List<Mutation> superseded = _superseded[changes.Index];
            List<Mutation> rows = [.. changes.Upserts.Concat(changes.Deletes).Select(c => c.Mutation), .. superseded];
            superseded.Clear();
            var again = new TableChanges(table.Index, table.Target, table.Reader, table.Keys);
            Compaction.Take(rows, HlcTimestamp.Max, 0, again, superseded.Add);
            Changes[table.Index] = again;
        }
    }
}
