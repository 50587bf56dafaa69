using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Apply.Windows;

namespace Failback.Apply.Writing;

/// <summary>
/// Frees unique values before they change hands. Three questions, each over one batch at a time and each linear in the window: which rows
/// hold values that others are to have; which of them does the window write or delete; these give the value up.
/// </summary>
/// <param name="statements">The dialect.</param>
/// <param name="transaction">Open transaction.</param>
/// <param name="guard">Refuses rows whose own values cannot be asked for.</param>
/// <param name="kept">Rows that must keep what they have.</param>
/// <param name="batches">Makes batches.</param>
/// <param name="trip">Sends the questions of all tables together.</param>
/// <param name="mayDeleteAtOnce">Whether deletes of the table may go before all upserts, where their value cannot be freed
/// otherwise.</param>
internal sealed class ValueVacating(
    ITableStatements statements, DbTransaction transaction, RowGuard guard, KeptRows kept, BatchBuilder batches, RoundTrip trip,
    Func<TableChanges, bool> mayDeleteAtOnce)
{
    /// <summary>Frees values of tables; returns how many.</summary>
    public async Task<int> RunAsync(IEnumerable<TableChanges> tables, CancellationToken cancellationToken)
    {
        var asked = new List<(TableChanges Table, Search[] Searches)>();
        foreach (TableChanges table in tables) asked.Add((table, await AskAsync(table, cancellationToken)));
        await trip.SendAsync(cancellationToken);
        int freed = 0;
        foreach ((TableChanges table, Search[] searches) in asked)
        {
            foreach (Search search in searches.Where(s => s.Found.Count > 0)) freed += await FreeAsync(table, search, cancellationToken);
        }

        return freed;
    }

    private async Task<Search[]> AskAsync(TableChanges table, CancellationToken cancellationToken)
    {
        IEnumerable<UniqueIndex> indexes = table.Table.UniqueIndexes.Where(i => i.Columns.Count > 0);
        Search[] searches = [.. indexes.Select(i => new Search(i, statements.CanFree(table.Table, i)))];

        // Rows that cannot be read are refused when they are written.
        foreach (RowBatch batch in batches.Upserts(table, static (_, _) => { }))
        {
            foreach (Search search in searches.Where(s => s.Index.Columns.All(batch.Columns.Contains)))
                await FindAsync(table, batch, search, cancellationToken);
        }

        return searches;
    }

    private Task FindAsync(TableChanges table, RowBatch batch, Search search, CancellationToken cancellationToken)
    {
        // A row that will not be given a value of the index again cannot lend the one it has.
        if (search.CanFree) search.Movable.AddRange(batch.Changes);
        int[] columns = [.. table.Table.PrimaryKey.Concat(search.Index.Columns).Distinct()];
        return trip.AddAsync(
            "look", table, batch.Project(columns), rows => statements.Parts?.FindHolders(transaction, search.Index, rows),
            rows => statements.FindHoldersAsync(transaction, search.Index, rows, cancellationToken),
            (_, found) => search.Found.AddRange(found), cancellationToken);
    }

    private async Task<int> FreeAsync(TableChanges table, Search search, CancellationToken cancellationToken)
    {
        if (!search.CanFree && !mayDeleteAtOnce(table)) return 0;
        List<HeldRow> held = await MatchAsync(table, search, cancellationToken);
        ILookup<KeyText, RowChange> takers = search.Found.ToLookup(f => f.Holder, f => f.Taker);
        foreach (HeldRow row in held)
        {
            foreach (RowChange taker in takers[row.Key]) kept.Waits(table.Index, taker, row.Change);
        }

        RowChange[] movable = [.. held.Select(h => h.Change).Where(c => !kept.Keeps(table.Index, c))];
        int freed = 0;
        foreach (RowBatch keys in batches.Keys(table, movable, static (_, _) => { }))
        {
            IReadOnlyList<RowChange> rows = await guard.TryAsync(table, keys, GiveUpAsync, cancellationToken);
            kept.Freed(table.Index, rows);
            freed += rows.Count;
        }

        return freed;

        Task GiveUpAsync(RowBatch rows) => search.CanFree
            ? statements.FreeAsync(transaction, search.Index, rows, cancellationToken)
            : statements.DeleteAsync(transaction, rows, cancellationToken);
    }

    private async Task<List<HeldRow>> MatchAsync(TableChanges table, Search search, CancellationToken cancellationToken)
    {
        var held = new List<HeldRow>();
        KeyText[] holders = [.. search.Found.Select(f => f.Holder).Distinct()];
        foreach (RowBatch keys in batches.Keys(table, [.. search.Movable, .. table.Deletes], static (_, _) => { }))
            await guard.RunAsync(table, keys, AskAsync, cancellationToken);
        return held;

        async Task AskAsync(RowBatch rows) => held.AddRange(await statements.MatchAsync(transaction, rows, holders, cancellationToken));
    }

    /// <summary>What was found of one index.</summary>
    private sealed record Search(UniqueIndex Index, bool CanFree)
    {
        /// <summary>Upserts that are given a value of the index.</summary>
        public List<RowChange> Movable { get; } = [];

        public List<ValueHolder> Found { get; } = [];
    }
}
