using System.Data.Common;
using System.Globalization;
using Failback.Applier.Oracle.Connection;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Apply.Windows;

namespace Failback.Applier.Oracle.Writing;

/// <summary>
/// Bulk statements of Oracle: one statement bound to arrays, a value per row, in one round trip. MERGE where it can take the values,
/// otherwise an UPDATE and an INSERT of the rows that were not there.
/// https://docs.oracle.com/en/database/oracle/oracle-database/23/odpnt/featOraCommand.html
/// </summary>
internal sealed class OracleStatements : ITableStatements
{
    private const int RowsPerQuery = 100;

    public async Task<int> UpsertAsync(DbTransaction transaction, RowBatch rows, CancellationToken cancellationToken)
    {
        OracleRows bound = OracleRows.Bind(rows);
        OracleSession session = Session(transaction);
        if (OracleSql.CanMerge(rows))
            return await session.RunAsync(OracleSql.Merge(rows), bound.Arrays(rows.Columns), cancellationToken, rows.Count);

        int[] used = [.. rows.Columns.Where(c => rows.Table.PrimaryKey.Contains(c) || !rows.Table.Columns[c].IsInsertOnly)];
        int found = await session.RunAsync(OracleSql.Update(rows), bound.Arrays(used), cancellationToken, rows.Count);
        if (found >= rows.Count) return found;
        IReadOnlyList<int> missing = found == 0
            ? [.. Enumerable.Range(0, rows.Count)]
            : await MissingAsync(session, bound, cancellationToken);
        return found
            + await session.RunAsync(OracleSql.Insert(rows), bound.Arrays(rows.Columns, missing), cancellationToken, missing.Count);
    }

    public Task<IReadOnlyList<RowSight>> LookAsync(DbTransaction transaction, RowBatch rows, CancellationToken cancellationToken) =>
        OracleSights.FindAsync(Session(transaction), OracleRows.Bind(rows), cancellationToken);

    public Task<int> DeleteAsync(DbTransaction transaction, RowBatch keys, CancellationToken cancellationToken) =>
        Session(transaction)
        .RunAsync(OracleSql.Delete(keys.Table), OracleRows.Bind(keys).Arrays(keys.Columns), cancellationToken, keys.Count);

    public async Task<IReadOnlyList<RowChange>> FindReferencedAsync(
        DbTransaction transaction, RowBatch keys, TargetTable child, ForeignKey foreignKey, CancellationToken cancellationToken)
    {
        List<int> found = await NumbersAsync(
            Session(transaction), OracleRows.Bind(keys), row => OracleSql.Referenced(keys.Table, child, foreignKey, row),
            cancellationToken);
        return [.. found.Select(row => keys.Changes[row])];
    }

    public async Task<IReadOnlyList<ChildRow>> FindChildrenAsync(
        DbTransaction transaction, RowBatch keys, TargetTable child, ForeignKey foreignKey, CancellationToken cancellationToken)
    {
        // A key without such texts matches none: its parent is refused.
        bool named = OracleSql.HasIdentity(child);
        OracleRows rows = OracleRows.Bind(keys);
        var found = new List<ChildRow>();
        foreach (int[] part in Enumerable.Range(0, rows.Count).Chunk(RowsPerQuery))
        {
            string sql = string.Join("\nUNION ALL ", part.Select(row => OracleSql.Children(keys.Table, child, foreignKey, row)));
            OracleArgument[] arguments = [.. part.SelectMany(row => rows.Single(row, keys.Table.PrimaryKey))];
            found.AddRange(await Session(transaction).ReadAsync(sql, arguments, Child, cancellationToken));
        }

        return found;

        ChildRow Child(OracleRecord row) => new(
            keys.Changes[int.Parse(row.Text(0), CultureInfo.InvariantCulture)],
            KeyText.Of(named ? [.. child.PrimaryKey.Select((c, i) => OracleSql.Column(child, c).Normal(row.Text(i + 1)))] : []));
    }

    public Task ClearAsync(DbTransaction transaction, RowBatch keys, IReadOnlyList<int> columns, CancellationToken cancellationToken) =>
        Session(transaction)
        .RunAsync(OracleSql.Clear(keys.Table, columns), OracleRows.Bind(keys).Arrays(keys.Columns), cancellationToken, keys.Count);

    public Task<IReadOnlyList<ValueHolder>> FindHoldersAsync(
        DbTransaction transaction, UniqueIndex index, RowBatch rows, CancellationToken cancellationToken) =>
        OracleVacating.FindHoldersAsync(Session(transaction), index, OracleRows.Bind(rows), cancellationToken);

    public Task<IReadOnlyList<HeldRow>> MatchAsync(
        DbTransaction transaction, RowBatch keys, IReadOnlyList<KeyText> holders, CancellationToken cancellationToken) =>
        Task.FromResult(OracleVacating.Match(OracleRows.Bind(keys), holders));

    public bool CanFree(TargetTable table, UniqueIndex index) => OracleVacating.Parked(index, table).Length > 0;

    public Task<int> FreeAsync(DbTransaction transaction, UniqueIndex index, RowBatch keys, CancellationToken cancellationToken) =>
        OracleVacating.FreeAsync(Session(transaction), index, OracleRows.Bind(keys), cancellationToken);

    // https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/SET-CONSTRAINTS.html
    public Task DeferConstraintsAsync(DbTransaction transaction, CancellationToken cancellationToken) =>
        Session(transaction).RunAsync("SET CONSTRAINTS ALL DEFERRED", [], cancellationToken);

    public Task CheckConstraintsAsync(DbTransaction transaction, CancellationToken cancellationToken) =>
        Session(transaction).RunAsync("SET CONSTRAINTS ALL IMMEDIATE", [], cancellationToken);

    public Task<IReadOnlyList<string>?> ReadRowAsync(DbConnection connection, RowBatch key, CancellationToken cancellationToken) =>
        OracleRowText.ReadAsync((OracleSession)connection, key, cancellationToken);

    private static async Task<IReadOnlyList<int>> MissingAsync(OracleSession session, OracleRows rows, CancellationToken cancellationToken)
    {
        HashSet<int> there = [.. await NumbersAsync(session, rows, row => OracleSql.Exists(rows.Table, row), cancellationToken)];
        return [.. Enumerable.Range(0, rows.Count).Where(r => !there.Contains(r))];
    }

    /// <summary>Numbers of the rows for which a query by their key finds something.</summary>
    private static async Task<List<int>> NumbersAsync(
        OracleSession session, OracleRows rows, Func<int, string> query, CancellationToken cancellationToken)
    {
        var found = new List<int>();
        foreach (int[] part in Enumerable.Range(0, rows.Count).Chunk(RowsPerQuery))
        {
            string sql = string.Join("\nUNION ALL ", part.Select(query));
            OracleArgument[] arguments = [.. part.SelectMany(row => rows.Single(row, rows.Table.PrimaryKey))];
            found.AddRange(
                await session.ReadAsync(sql, arguments, r => int.Parse(r.Text(0), CultureInfo.InvariantCulture), cancellationToken));
        }

        return found;
    }

    private static OracleSession Session(DbTransaction transaction) => (OracleSession)transaction.Connection!;
}
