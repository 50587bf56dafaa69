using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Tables;
using Failback.Apply.Windows;
using Failback.Contracts.Words;

namespace Failback.Apply.Writing;

/// <summary>
/// Looks, where the target's key has more columns than the source's, for rows that the source's key does not tell from the one that is to
/// be written: an update has changed a column of the target's key alone, and the row would be there twice. Where the former row came with
/// the
/// change and is the one that was found, it is deleted and the row has moved; otherwise the row is refused.
/// </summary>
internal sealed class MovedRows(
    ITableStatements statements, DbTransaction transaction, ApplyOrder order, RowGuard guard, KeptRows kept, BatchBuilder batches)
{
    /// <summary>Moves or refuses rows of a table, before any is written.</summary>
    public async Task RunAsync(TableChanges table, CancellationToken cancellationToken)
    {
        if (table.Upserts.Count == 0 || table.Table.PrimaryKey.Count < 2) return;

        // Rows are read twice only in the first window, which shows what the source's key is made of.
        if (table.Keys.Stored.Length > 0 && table.Keys.SharedColumns is null) return;

        // Rows that cannot be read are refused when they are written.
        foreach (RowBatch batch in batches.Upserts(table, static (_, _) => { }))
        {
            if (table.Lesson.Learned.SharedColumns is not { } shared) continue;
            var found = new List<ValueHolder>();
            await guard.RunAsync(
                table, batch.Project([.. table.Table.PrimaryKey]),
                async rows => found.AddRange(
                    await statements.FindHoldersAsync(transaction, new UniqueIndex("", shared), rows, cancellationToken)),
                cancellationToken);
            if (found.Count > 0) await MoveAsync(table, found, cancellationToken);
        }
    }

    private async Task MoveAsync(TableChanges table, List<ValueHolder> found, CancellationToken cancellationToken)
    {
        RowChange[] takers = [.. found.Select(f => f.Taker).DistinctBy(t => t.Identity)];
        HashSet<KeyIdentity> movable = [.. await KnownAsync(table, takers, found, cancellationToken)];
        foreach (RowChange taker in takers.Where(t => !movable.Contains(t.Identity))) Refuse(table, taker);
        RowBatch former = BatchBuilder.FormerKeys(table, [.. takers.Where(t => movable.Contains(t.Identity))]);
        foreach ((TargetTable child, ForeignKey key) in order.CascadesOf(table.Table.Name))
        {
            await guard.RunAsync(table, former, async rows =>
            {
                foreach (RowChange change in await statements.FindReferencedAsync(transaction, rows, child, key, cancellationToken))
                    guard.Refuse(
                        table, change,
                        new Failure(
                            FailureKind.ForeignKey, "", $"the row still has children in {child.Name}, which its move would take along"));
            }, cancellationToken);
        }

        await guard.RunAsync(
            table, former, rows => statements.DeleteAsync(transaction, rows, cancellationToken), cancellationToken);
        kept.Freed(table.Index, guard.Rest(table, former).Changes);
    }

    /// <summary>Rows whose only namesake in the target is the row that they were before.</summary>
    private async Task<IEnumerable<KeyIdentity>> KnownAsync(
        TableChanges table, RowChange[] takers, List<ValueHolder> found, CancellationToken cancellationToken)
    {
        Dictionary<KeyIdentity, KeyText> only = found.GroupBy(f => f.Taker.Identity).Where(g => g.Count() == 1)
            .ToDictionary(g => g.Key, g => g.Single().Holder);
        RowBatch former = BatchBuilder.FormerKeys(table, takers);
        if (former.Count == 0) return [];
        KeyText[] holders = [.. only.Values.Distinct()];
        var held = new List<HeldRow>();

        // A former row that the target cannot hold is none that it has.
        await guard.RunAsync(
            table, former, async rows => held.AddRange(await statements.MatchAsync(transaction, rows, holders, cancellationToken)),
            static (_, _) => { }, cancellationToken);
        return held.Where(
            h => only.TryGetValue(h.Change.Identity, out KeyText holder) && holder == h.Key && !kept.Keeps(table.Index, h.Change))
            .Select(h => h.Change.Identity);
    }

    private void Refuse(TableChanges table, RowChange change) => guard.Refuse(
        table, change,
        new Failure(
            FailureKind.Constraint, LetterCodes.KeyWider,
            "the target has the row under another key, because its key has columns that the source's has not, and nothing says for certain "
                + "which row it was: delete the row there and replay the letter, or let the changefeed send the former row (diff)"));
}
