using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Tables;
using Failback.Apply.Windows;

namespace Failback.Apply.Writing;

/// <summary>
/// Verifies the foreign keys that were off while a pass wrote: every key of the target from or to a table that it touched, also keys of
/// tables that do not take part, looking only at rows that the pass wrote or deleted. What was broken before is not its business.
/// </summary>
internal sealed class ForeignKeyWitness(
    IForeignKeySwitch keys, DbTransaction transaction, ApplyOrder order, RowGuard guard, BatchBuilder batches)
{
    private readonly Dictionary<RowOfTable, RowFailure> _found = [];

    /// <summary>Rows by which a foreign key is not satisfied.</summary>
    public async Task<IReadOnlyCollection<RowFailure>> FindAsync(IEnumerable<TableChanges> changes, CancellationToken cancellationToken)
    {
        foreach (TableChanges table in changes)
        {
            await FindOrphansAsync(table, cancellationToken);
            await FindAbandonedAsync(table, cancellationToken);
        }

        return _found.Values;
    }

    private async Task FindOrphansAsync(TableChanges table, CancellationToken cancellationToken)
    {
        if (table.Upserts.Count == 0 || table.Table.ForeignKeys.Count == 0) return;
        foreach (RowBatch rows in batches.Keys(table, table.Upserts, static (_, _) => { }))
        {
            RowBatch written = guard.Rest(table, rows);
            foreach (ForeignKey key in table.Table.ForeignKeys.Where(_ => written.Count > 0))
            {
                foreach (RowChange change in await keys.FindOrphansAsync(transaction, written, key, cancellationToken))
                    Add(table, change, $"the parent in {key.Parent} is not there (constraint {key.Name})");
            }
        }
    }

    private async Task FindAbandonedAsync(TableChanges table, CancellationToken cancellationToken)
    {
        foreach ((TargetTable child, ForeignKey key) in order.ReferencesTo(table.Table.Name))
        {
            if (!IsPrimary(table.Table, key))
            {
                if (await keys.HasOrphansAsync(transaction, child, key, cancellationToken))
                {
                    foreach (RowChange change in table.Deletes.Concat(table.Upserts))
                        Add(table, change, $"rows of {child.Name} reference rows that are not there (constraint {key.Name})");
                }

                continue;
            }

            foreach (RowBatch rows in batches.Keys(table, table.Deletes, static (_, _) => { }))
            {
                RowBatch deleted = guard.Rest(table, rows);
                if (deleted.Count == 0) continue;
                foreach (RowChange change in await keys.FindAbandonedAsync(transaction, deleted, child, key, cancellationToken))
                    Add(table, change, $"rows of {child.Name} still reference the row (constraint {key.Name})");
            }
        }
    }

    private static bool IsPrimary(TargetTable parent, ForeignKey key) =>
        key.ParentColumns.Count == parent.PrimaryKey.Count && key.ParentColumns.All(c => parent.PrimaryKey.Contains(parent.FindColumn(c)));

    private void Add(TableChanges table, RowChange change, string reason) => _found.TryAdd(
        new RowOfTable(table.Index, change.Identity),
        new RowFailure(table.Index, change, new Failure(FailureKind.ForeignKey, "", reason)));
}
