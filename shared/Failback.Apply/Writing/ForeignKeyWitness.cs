using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Tables;
using Failback.Apply.Windows;

namespace Failback.Apply.Writing;

/// <summary>
/// Verifies the foreign keys that were off while a pass wrote: every key of the target from or to a table that it touched, also keys of
/// tables that do not take part, looking only at rows that the pass wrote or deleted. What was broken before is not its business. Unique
/// constraints that may wait for the commit are triggers in some products, and off as well.
/// </summary>
internal sealed class ForeignKeyWitness(
    ITableStatements statements, IForeignKeySwitch keys, DbTransaction transaction, ApplyOrder order, RowGuard guard, BatchBuilder batches)
{
    private readonly Dictionary<RowOfTable, RowFailure> _found = [];
    private readonly List<(TableChanges Table, TargetTable Child, ForeignKey Key, IReadOnlyList<FormerReference> Former)> _former = [];

    /// <summary>Remembers what children reference by keys over other columns than the primary key; runs before the first write.</summary>
    public async Task RememberAsync(IEnumerable<TableChanges> changes, CancellationToken cancellationToken)
    {
        foreach (TableChanges table in changes)
        {
            foreach ((TargetTable child, ForeignKey key) in order.ReferencesTo(table.Table.Name).Where(r => !IsPrimary(table.Table, r.Key)))
            {
                foreach (RowBatch rows in batches.Keys(table, [.. table.Upserts, .. table.Deletes], static (_, _) => { }))
                {
                    await AskAsync(table, rows, async part =>
                    {
                        IReadOnlyList<FormerReference> former = await keys.ReadReferencedAsync(
                            transaction, part, child, key, cancellationToken);
                        if (former.Count > 0) _former.Add((table, child, key, former));
                    }, cancellationToken);
                }
            }
        }
    }

    /// <summary>Rows by which a foreign key is not satisfied.</summary>
    public async Task<IReadOnlyCollection<RowFailure>> FindAsync(IEnumerable<TableChanges> changes, CancellationToken cancellationToken)
    {
        foreach (TableChanges table in changes)
        {
            await FindOrphansAsync(table, cancellationToken);
            await FindAbandonedAsync(table, cancellationToken);
            await FindTwiceAsync(table, cancellationToken);
        }

        foreach ((TableChanges table, TargetTable child, ForeignKey key, IReadOnlyList<FormerReference> former) in _former)
        {
            foreach (RowChange change in await keys.FindAbandonedAsync(transaction, former, table.Table, child, key, cancellationToken))
                AddAbandoned(table, change, child, key);
        }

        return _found.Values;
    }

    private async Task FindOrphansAsync(TableChanges table, CancellationToken cancellationToken)
    {
        if (table.Upserts.Count == 0 || table.Table.ForeignKeys.Count == 0) return;
        foreach (RowBatch rows in batches.Keys(table, table.Upserts, static (_, _) => { }))
        {
            foreach (ForeignKey key in table.Table.ForeignKeys)
            {
                await AskAsync(table, rows, async part =>
                {
                    foreach (RowChange change in await keys.FindOrphansAsync(transaction, part, key, cancellationToken))
                        Add(table, change, $"the parent in {key.Parent} is not there (constraint {key.Name})");
                }, cancellationToken);
            }
        }
    }

    private async Task FindAbandonedAsync(TableChanges table, CancellationToken cancellationToken)
    {
        foreach ((TargetTable child, ForeignKey key) in order.ReferencesTo(table.Table.Name).Where(r => IsPrimary(table.Table, r.Key)))
        {
            foreach (RowBatch rows in batches.Keys(table, table.Deletes, static (_, _) => { }))
            {
                await AskAsync(table, rows, async part =>
                {
                    foreach (RowChange change in await keys.FindAbandonedAsync(transaction, part, child, key, cancellationToken))
                        AddAbandoned(table, change, child, key);
                }, cancellationToken);
            }
        }
    }

    private async Task FindTwiceAsync(TableChanges table, CancellationToken cancellationToken)
    {
        UniqueIndex[] waiting = [.. table.Table.UniqueIndexes.Where(i => i.IsDeferrable && i.Columns.Count > 0)];
        if (waiting.Length == 0) return;
        foreach (RowBatch rows in batches.Upserts(table, static (_, _) => { }))
        {
            foreach (UniqueIndex index in waiting.Where(i => i.Columns.All(rows.Columns.Contains)))
            {
                int[] columns = [.. table.Table.PrimaryKey.Concat(index.Columns).Distinct()];
                await AskAsync(table, rows.Project(columns), async part =>
                {
                    foreach (ValueHolder held in await statements.FindHoldersAsync(transaction, index, part, cancellationToken))
                        Add(table, held.Taker, FailureKind.Unique, $"another row has its value of {index.Name}");
                }, cancellationToken);
            }
        }
    }

    /// <summary>A row that cannot be asked about has not been verified.</summary>
    private Task AskAsync(TableChanges table, RowBatch rows, Func<RowBatch, Task> question, CancellationToken cancellationToken) =>
        guard.RunAsync(
            table, rows, question, (change, failure) => _found.TryAdd(
                new RowOfTable(table.Index, change.Identity), new RowFailure(table.Index, change, failure)),
            cancellationToken);

    private static bool IsPrimary(TargetTable parent, ForeignKey key) =>
        key.ParentColumns.Count == parent.PrimaryKey.Count && key.ParentColumns.All(c => parent.PrimaryKey.Contains(parent.FindColumn(c)));

    private void AddAbandoned(TableChanges table, RowChange change, TargetTable child, ForeignKey key) =>
        Add(table, change, $"rows of {child.Name} still reference the row (constraint {key.Name})");

    private void Add(TableChanges table, RowChange change, string reason) => Add(table, change, FailureKind.ForeignKey, reason);

    private void Add(TableChanges table, RowChange change, FailureKind kind, string reason) => _found.TryAdd(
        new RowOfTable(table.Index, change.Identity),
        new RowFailure(table.Index, change, new Failure(kind, "", reason)));
}
