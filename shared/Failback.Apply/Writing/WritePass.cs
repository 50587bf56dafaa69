using System.Data.Common;
using Failback.Apply.Failures;
using Failback.Apply.Tables;
using Failback.Apply.Windows;

namespace Failback.Apply.Writing;

/// <summary>One attempt of <see cref="WindowWriter"/>, from the savepoint that was set for it.</summary>
internal sealed class WritePass(
    ITableStatements statements, Func<Exception, Failure> classify, WriteCounters counters, DbTransaction transaction, ApplyOrder order, TableChanges?[] changes, WriteAttempt attempt, bool ahead)
{
    internal const string Savepoint = "failback_rows";
    private const int BatchRows = 5_000;
    private const long BatchBytes = 4 << 20;

    private readonly BatchBuilder batches = new(BatchRows, BatchBytes);
    private readonly BatchBuilder wholeTables = new(int.MaxValue, long.MaxValue);
    private readonly List<RowFailure> refused = [];
    private readonly HashSet<KeyIdentityOfTable> dropped = [];
    private readonly DbConnection connection = transaction.Connection!;
    private int isolation;

    public IReadOnlyList<RowFailure> Refused => refused;

    /// <summary>False when the attempt is not possible here.</summary>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        if (attempt.Relax && !await statements.TryRelaxAsync(transaction, cancellationToken))
        {
            await transaction.RollbackAsync(Savepoint, cancellationToken);
            return false;
        }

        if (order.HasDeferrable && attempt.Isolate) await statements.CheckConstraintsAsync(transaction, cancellationToken);
        else if (order.HasDeferrable) await statements.DeferConstraintsAsync(transaction, cancellationToken);
        foreach (TableChanges? table in changes)
        {
            if (table is not null && NeedsVacating(table)) await VacateAsync(table, cancellationToken);
        }

        foreach (ApplyStep step in order.Steps) await UpsertAsync(step, cancellationToken);
        for (int i = order.Steps.Count - 1; i >= 0; i--) await DeleteAsync(order.Steps[i], cancellationToken);
        if (order.HasDeferrable && !attempt.Isolate) await statements.CheckConstraintsAsync(transaction, cancellationToken);
        if (!attempt.Relax) return true;
        await statements.RestoreAsync(transaction, cancellationToken);
        if (!await HasOrphansAsync(cancellationToken)) return true;
        await transaction.RollbackAsync(Savepoint, cancellationToken);
        return false;
    }

    private bool NeedsVacating(TableChanges table) =>
        table.Table.UniqueIndexes.Count > 0 && table.Upserts.Count > 0 && (attempt.Careful || table.Deletes.Count > 0);

    private async Task VacateAsync(TableChanges table, CancellationToken cancellationToken)
    {
        RowChange[] all = [.. table.Upserts, .. table.Deletes];
        RowBatch? keys = wholeTables.Keys(table, all, static (_, _) => { }).FirstOrDefault();
        if (keys is null) return;
        foreach (RowBatch batch in batches.Upserts(table, static (_, _) => { }))
        {
            foreach (UniqueIndex index in table.Table.UniqueIndexes)
            {
                if (index.Columns.Count == 0 || !index.Columns.All(batch.Columns.Contains)) continue;
                await GuardedAsync(table, batch, b => VacateBatchAsync(table, b, index, keys, cancellationToken), cancellationToken);
            }
        }
    }

    private async Task VacateBatchAsync(TableChanges table, RowBatch batch, UniqueIndex index, RowBatch keys, CancellationToken cancellationToken)
    {
        int[] columns = [.. table.Table.PrimaryKey.Concat(index.Columns).Distinct()];
        int freed = await statements.VacateAsync(transaction, index, batch.Project(columns), keys, cancellationToken);
        counters.CountVacated(freed);
    }

    /// <summary>On a loop every row goes in first, without the references that close it, and then again with them.</summary>
    private async Task UpsertAsync(ApplyStep step, CancellationToken cancellationToken)
    {
        foreach (int place in step.Tables)
            await UpsertTableAsync(place, attempt.Careful ? step.LoopColumns.GetValueOrDefault(place, []) : [], cancellationToken);
        if (!attempt.Careful) return;
        foreach (int place in step.Tables.Where(step.LoopColumns.ContainsKey)) await UpsertTableAsync(place, [], cancellationToken);
    }

    private async Task UpsertTableAsync(int place, IReadOnlyList<int> without, CancellationToken cancellationToken)
    {
        if (changes[place] is not { Upserts.Count: > 0 } table) return;
        await using var upcoming = new BatchesAhead(batches, table, b => PrepareBatch(b, without));
        while (await upcoming.TakeAsync((change, failure) => Refuse(table, change, failure)) is { } batch)
        {
            RowBatch rows = without.Count == 0 ? batch : batch.Project([.. batch.Columns.Except(without)]);
            await GuardedAsync(table, rows, b => statements.UpsertAsync(transaction, b, cancellationToken), cancellationToken);
        }
    }

    /// <summary>Only what the plain attempt sends: the others are rare, and take batches apart.</summary>
    private void PrepareBatch(RowBatch batch, IReadOnlyList<int> without)
    {
        if (without.Count == 0 && !attempt.Isolate) statements.Prepare(connection, batch);
    }

    private async Task DeleteAsync(ApplyStep step, CancellationToken cancellationToken)
    {
        if (attempt.Careful)
        {
            foreach (int place in step.Tables)
            {
                if (step.LoopColumns.TryGetValue(place, out IReadOnlyList<int>? loop)) await DeleteTableAsync(place, loop, cancellationToken);
            }
        }

        for (int i = step.Tables.Count - 1; i >= 0; i--) await DeleteTableAsync(step.Tables[i], [], cancellationToken);
    }

    private async Task DeleteTableAsync(int place, IReadOnlyList<int> clear, CancellationToken cancellationToken)
    {
        if (changes[place] is not { Deletes.Count: > 0 } table) return;
        BatchBuilder builder = table.Table.HasSelfReference ? wholeTables : batches;
        foreach (RowBatch keys in builder.Keys(table, table.Deletes, (change, failure) => Refuse(table, change, failure)))
        {
            if (clear.Count == 0 && ahead) await RefuseReferencedAsync(table, keys, cancellationToken);
            await GuardedAsync(
                table,
                keys,
                b => clear.Count > 0
                    ? statements.ClearAsync(transaction, b, clear, cancellationToken)
                    : statements.DeleteAsync(transaction, b, cancellationToken),
                cancellationToken);
        }
    }

    private async Task RefuseReferencedAsync(TableChanges table, RowBatch keys, CancellationToken cancellationToken)
    {
        foreach ((TargetTable child, ForeignKey foreignKey) in order.CascadesOf(table.Table.Name))
        {
            RowBatch rest = WithoutDropped(table, keys);
            if (rest.Count == 0) return;
            var failure = new Failure(FailureKind.ForeignKey, "", $"the row still has children in {child.Name}");
            foreach (int place in await statements.FindReferencedAsync(transaction, rest, child, foreignKey, cancellationToken))
                Refuse(table, rest.Changes[place], failure);
        }
    }

    /// <summary>Runs a statement; rows found unfit before sending are refused and the rest goes on; isolating attempts bisect.</summary>
    private async Task GuardedAsync(TableChanges table, RowBatch batch, Func<RowBatch, Task> statement, CancellationToken cancellationToken)
    {
        batch = WithoutDropped(table, batch);
        while (batch.Count > 0)
        {
            try
            {
                if (attempt.Isolate) await BisectAsync(table, batch, statement, cancellationToken);
                else await statement(batch);
                return;
            }
            catch (RowFaultsException e)
            {
                foreach (RowFault fault in e.Faults) Refuse(table, batch.Changes[fault.Index], fault.Failure);
                batch = WithoutDropped(table, batch);
            }
        }
    }

    private async Task BisectAsync(TableChanges table, RowBatch batch, Func<RowBatch, Task> statement, CancellationToken cancellationToken)
    {
        string savepoint = $"failback_part_{++isolation}";
        await transaction.SaveAsync(savepoint, cancellationToken);
        try
        {
            await statement(batch);
            await transaction.ReleaseAsync(savepoint, cancellationToken);
        }
        catch (Exception e) when (e is not (OperationCanceledException or RowFaultsException or GroupHaltedException) && classify(e).IsAboutRows)
        {
            await transaction.RollbackAsync(savepoint, cancellationToken);
            await transaction.ReleaseAsync(savepoint, cancellationToken);
            if (batch.Count == 1)
            {
                Refuse(table, batch.Changes[0], classify(e));
                return;
            }

            int half = batch.Count / 2;
            await GuardedAsync(table, batch.Slice(0, half), statement, cancellationToken);
            await GuardedAsync(table, batch.Slice(half, batch.Count - half), statement, cancellationToken);
        }
    }

    private RowBatch WithoutDropped(TableChanges table, RowBatch batch)
    {
        if (dropped.Count == 0) return batch;
        int[] rest = [.. Enumerable.Range(0, batch.Count).Where(i => !dropped.Contains(new KeyIdentityOfTable(table.Index, batch.Changes[i].Identity)))];
        return rest.Length == batch.Count ? batch : batch.Pick(rest);
    }

    private void Refuse(TableChanges table, RowChange change, Failure failure)
    {
        if (dropped.Add(new KeyIdentityOfTable(table.Index, change.Identity))) refused.Add(new RowFailure(table.Index, change, failure));
    }

    private async Task<bool> HasOrphansAsync(CancellationToken cancellationToken)
    {
        HashSet<Failback.Contracts.TableName> touched = [.. changes.OfType<TableChanges>().Select(c => c.Table.Name)];
        foreach (TargetTable child in order.Tables)
        {
            foreach (ForeignKey foreignKey in child.ForeignKeys.Where(f => touched.Contains(child.Name) || touched.Contains(f.Parent)))
            {
                if (await statements.HasOrphansAsync(transaction, child, foreignKey, cancellationToken)) return true;
            }
        }

        return false;
    }

    private readonly record struct KeyIdentityOfTable(int Table, KeyIdentity Identity);
}
