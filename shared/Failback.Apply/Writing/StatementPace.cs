using System.Collections.Concurrent;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Windows;
using Failback.Contracts;

namespace Failback.Apply.Writing;

/// <summary>
/// How many rows a statement of a table is given where statements have run into their time limit: half of those that were too many, and
/// twice as many again after a row of statements that went well, because the cause may have been mended. Lives as long as its writer.
/// </summary>
internal sealed class StatementPace
{
    private const int Enough = 5_000;
    private const int WellBefore = 16;
    private const int Chances = 2;

    private readonly ConcurrentDictionary<TableName, (int Rows, int Well)> _limits = new();
    private readonly ConcurrentDictionary<(TableName Table, KeyIdentity Row), (int Times, Failure Failure)> _alone = new();

    /// <summary>Tables whose statements are given fewer rows.</summary>
    public int Count => _limits.Count;

    /// <summary>True when a statement of the table was too slow.</summary>
    public bool IsSlow(TableName table) => _limits.ContainsKey(table);

    /// <summary>Rows that a statement of the table is given at most.</summary>
    public int Limit(TableName table) => _limits.TryGetValue(table, out (int Rows, int Well) limit) ? limit.Rows : int.MaxValue;

    /// <summary>A statement over these rows took too long.</summary>
    public void TooSlow(RowBatch rows, Failure failure)
    {
        TooSlowTogether(rows);
        if (rows.Count > 1) return;
        _alone.AddOrUpdate((rows.Table.Name, rows.Changes[0].Identity), _ => (1, failure), (_, before) => (before.Times + 1, failure));
    }

    /// <summary>These rows and others took too long together, which says nothing of a single one.</summary>
    public void TooSlowTogether(RowBatch rows) => _limits[rows.Table.Name] = (Math.Max(1, rows.Count / 2), 0);

    /// <summary>
    /// Why a part is not tried again: its only row was too slow alone, and once more in case the server was busy; null: it is tried.
    /// </summary>
    public Failure? Refuses(RowBatch part) =>
        part.Count == 1 && _alone.TryGetValue((part.Table.Name, part.Changes[0].Identity), out (int Times, Failure Failure) known)
        && known.Times >= Chances ? known.Failure : null;

    /// <summary>The changes are written, or refused: a row that was too slow alone is tried when it comes again.</summary>
    public void Settle(IEnumerable<TableChanges> changes)
    {
        if (_alone.IsEmpty) return;
        HashSet<TableName> written = [.. changes.Select(c => c.Table.Name)];
        foreach ((TableName Table, KeyIdentity Row) key in _alone.Keys.Where(k => written.Contains(k.Table))) _alone.TryRemove(key, out _);
    }

    /// <summary>A statement over as many rows as allowed went well.</summary>
    public void Well(TableName table, int rows)
    {
        if (!_limits.TryGetValue(table, out (int Rows, int Well) limit) || rows < limit.Rows) return;
        if (limit.Well + 1 < WellBefore) _limits[table] = limit with { Well = limit.Well + 1 };
        else if (limit.Rows * 2 < Enough) _limits[table] = (limit.Rows * 2, 0);
        else _limits.TryRemove(table, out _);
    }
}
