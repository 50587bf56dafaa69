using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Tables;
using Failback.Apply.Windows;

namespace Failback.Apply.Writing;

/// <summary>
/// Tries upserts again that an isolating pass has refused for a unique value: the row that holds the value may have been written or deleted
/// since. Where values change hands in a circle and no column of the index can be given up, as in one over an expression, the rows are
/// deleted and inserted again. Only rows that nothing references, of tables without triggers, and that carry every column: a delete would
/// set something else off, or lose what the feed does not send.
/// </summary>
internal sealed class SecondTries(
    ITableStatements statements, DbTransaction transaction, ApplyOrder order, TableChanges?[] changes, RowGuard guard, KeptRows kept,
    BatchBuilder batches, WriteWitness witness)
{
    private const string Savepoint = "failback_again";

    /// <summary>Each round places a row at least; chains of values are hardly ever longer.</summary>
    private const int MostRounds = 16;

    /// <summary>Rows that were refused from the start of the pass.</summary>
    private readonly HashSet<RowOfTable> _final = [.. kept.Refused.Select(RowOf)];

    /// <summary>Upserts once more as long as that places rows; true when it placed one.</summary>
    public async Task<bool> UpsertAsync(CancellationToken cancellationToken)
    {
        bool placed = await RoundAsync(static f => f.Kind == FailureKind.Unique, cancellationToken);
        bool more = placed;
        for (int round = 1; more && round < MostRounds; round++)
            more = await RoundAsync(static f => f.IsAboutOrder, cancellationToken); // children of what was placed go in, too
        return placed;
    }

    /// <summary>Replaces rows whose values change hands in a circle; true when it replaced some.</summary>
    public async Task<bool> ReplaceAsync(bool triggersRest, CancellationToken cancellationToken)
    {
        bool replaced = false;
        foreach (int place in order.Steps.SelectMany(s => s.Tables))
        {
            List<RowFailure> rows = Left(place, static f => f.Kind == FailureKind.Unique);
            if (rows.Count == 0 || (changes[place]!.Table.IsReadBack && !triggersRest)) continue;
            replaced |= await ReplaceAsync(changes[place]!, rows, cancellationToken);
        }

        return replaced;
    }

    /// <summary>Lets deletes go again that were refused for their children.</summary>
    public void ReopenDeletes() => guard.Reopen(
        [.. guard.Refused.Where(f => f.Failure.Kind == FailureKind.ForeignKey && IsDelete(f) && !_final.Contains(RowOf(f)))]);

    private async Task<bool> RoundAsync(Func<Failure, bool> which, CancellationToken cancellationToken)
    {
        bool placed = false;
        foreach (int place in order.Steps.SelectMany(s => s.Tables))
        {
            List<RowFailure> rows = Left(place, which);
            if (rows.Count == 0) continue;
            guard.Reopen(rows);
            TableChanges again = Again(changes[place]!, rows);
            foreach (RowBatch batch in batches.Upserts(again, (change, failure) => guard.Refuse(again, change, failure)))
                await guard.RunAsync(again, batch, b => witness.UpsertAloneAsync(again, b, cancellationToken), cancellationToken);
            placed |= rows.Exists(r => !guard.IsRefused(RowOf(r)));
        }

        return placed;
    }

    private async Task<bool> ReplaceAsync(TableChanges table, List<RowFailure> rows, CancellationToken cancellationToken)
    {
        for (int round = 0; rows.Count > 0 && round < MostRounds; round++)
        {
            await transaction.SaveAsync(Savepoint, cancellationToken);
            guard.Reopen(rows);
            HashSet<KeyIdentity> unfit = await TryReplaceAsync(Again(table, rows), cancellationToken);
            if (unfit.Count == 0)
            {
                await transaction.ReleaseAsync(Savepoint, cancellationToken);
                return true;
            }

            // A row that cannot go has to be there as before, and so has the next one that wants its value.
            await transaction.RollbackAsync(Savepoint, cancellationToken);
            await transaction.ReleaseAsync(Savepoint, cancellationToken);
            foreach (RowFailure row in rows) guard.Refuse(row);
            rows = rows.FindAll(r => !unfit.Contains(r.Change.Identity));
        }

        return false;
    }

    /// <summary>Deletes and inserts; returns rows that cannot be replaced.</summary>
    private async Task<HashSet<KeyIdentity>> TryReplaceAsync(TableChanges table, CancellationToken cancellationToken)
    {
        var unfit = new HashSet<KeyIdentity>();
        RowBatch[] rows = [.. batches.Upserts(table, Refuse)];
        foreach (RowBatch batch in rows.Where(b => !CarriesAll(b))) unfit.UnionWith(batch.Changes.Select(c => c.Identity));
        foreach (RowBatch keys in batches.Keys(table, table.Upserts, Refuse))
        {
            foreach ((TargetTable child, ForeignKey key) in order.ReferencesTo(table.Table.Name))
            {
                await guard.RunAsync(
                    table, keys,
                    async b => Add(await statements.FindReferencedAsync(transaction, b, child, key, cancellationToken)), Refuse,
                    cancellationToken);
            }
        }

        if (unfit.Count > 0) return unfit;
        foreach (RowBatch keys in batches.Keys(table, table.Upserts, Refuse))
            await guard.RunAsync(table, keys, b => statements.DeleteAsync(transaction, b, cancellationToken), Refuse, cancellationToken);
        foreach (RowBatch batch in rows.Where(_ => unfit.Count == 0))
            await guard.RunAsync(table, batch, b => witness.UpsertAloneAsync(table, b, cancellationToken), Refuse, cancellationToken);
        return unfit;

        void Refuse(RowChange change, Failure failure) => unfit.Add(change.Identity);
        void Add(IEnumerable<RowChange> referenced) => unfit.UnionWith(referenced.Select(c => c.Identity));
    }

    private static bool CarriesAll(RowBatch rows) =>
        rows.Table.Columns.All(c => c.IsGenerated || rows.Columns.Contains(c.Ordinal));

    private List<RowFailure> Left(int place, Func<Failure, bool> which) =>
        [.. guard.Refused.Where(f => f.Table == place && which(f.Failure) && !IsDelete(f) && !_final.Contains(RowOf(f)))];

    private static TableChanges Again(TableChanges table, List<RowFailure> rows)
    {
        TableChanges again = table.Empty();
        again.Upserts.AddRange(rows.Select(r => r.Change));
        return again;
    }

    private static bool IsDelete(RowFailure failure) => failure.Change.Mutation.Frame.IsDelete;

    private static RowOfTable RowOf(RowFailure failure) => new(failure.Table, failure.Change.Identity);
}
