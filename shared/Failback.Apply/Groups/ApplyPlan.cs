using Failback.Apply.Windows;
using Failback.Contracts;

namespace Failback.Apply.Groups;

/// <summary>What one transaction is to do: a window up to a resolved timestamp, or all that is at hand.</summary>
internal sealed class ApplyPlan(IReadOnlyList<GroupTable> tables, HlcTimestamp limit, HlcTimestamp[] resolved, bool guarded)
{
    /// <summary>By place in the group; null: nothing for that table.</summary>
    public TableChanges?[] Changes { get; } = new TableChanges?[tables.Count];

    /// <summary>Versions that lost against a newer one at hand.</summary>
    public List<MessageEntry> Superseded { get; } = [];

    /// <summary>Rows above it are left where they are.</summary>
    public HlcTimestamp Limit { get; } = limit;

    /// <summary>Resolved timestamp per table after the transaction.</summary>
    public HlcTimestamp[] Resolved { get; } = resolved;

    /// <summary>True when versions are stored ahead of their resolved timestamp.</summary>
    public bool Guarded { get; } = guarded;

    public int RowCount => Changes.Sum(c => c is null ? 0 : c.Upserts.Count + c.Deletes.Count);

    /// <summary>Takes the rows out of the tables, newest version per row.</summary>
    public void Gather()
    {
        foreach (GroupTable table in tables)
        {
            if (table.Rows.Count == 0) continue;
            var changes = new TableChanges(table.Index, table.Target, table.Reader, table.Keys);
            Compaction.Take(table.Rows, Limit, changes, lost => Superseded.Add(lost.Entry));
            Changes[table.Index] = changes.IsEmpty ? null : changes;
        }
    }

    /// <summary>Names the rows again after a key map or the catalogue changed.</summary>
    public void Regather()
    {
        foreach (TableChanges changes in Changes.OfType<TableChanges>().ToList())
        {
            GroupTable table = tables[changes.Index];
            List<Mutation> rows = [.. changes.Upserts.Concat(changes.Deletes).Select(c => c.Mutation)];
            var again = new TableChanges(table.Index, table.Target, table.Reader, table.Keys);
            Compaction.Take(rows, HlcTimestamp.Max, again, lost => Superseded.Add(lost.Entry));
            Changes[table.Index] = again;
        }
    }
}
