using System.Data.Common;
using Failback.Applier.MySql.Connection;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Apply.Windows;
using Failback.Apply.Writing;
using MySqlConnector;

namespace Failback.Applier.MySql.Writing;

/// <summary>
/// Bulk statements of MySQL and MariaDB. INSERT … ON DUPLICATE KEY UPDATE looks at every unique index, so it serves only tables whose one
/// unique index is a primary key that tells all keys apart; the others get an UPDATE joined with the rows by primary key, or, where the
/// key's type cannot be searched in a join, one per row and many in one round trip, and an INSERT of what was not there, which fails where
/// a value is taken by another row.
/// </summary>
internal sealed class MySqlStatements : ITableStatements
{
    private const int KeysPerList = 500;

    /// <summary>Smaller batches hold few but large rows: they are not kept twice.</summary>
    private const int LeastPrepared = 100;

    public IStatementParts Parts { get; } = new MySqlParts();

    public void Prepare(DbConnection connection, RowBatch rows)
    {
        if (rows.Count < LeastPrepared) return;
        try
        {
            rows.Prepared = MySqlRows.Bind(rows, MySqlServer.Of((MySqlConnection)connection));
        }
        catch (RowFaultsException)
        {
            rows.Prepared = null; // the statement finds the faults again and tells them
        }
    }

    public async Task<int> UpsertAsync(DbTransaction transaction, RowBatch rows, CancellationToken cancellationToken)
    {
        MySqlRows bound = rows.Prepared as MySqlRows ?? Bind(transaction, rows);
        rows.Prepared = null;
        // A row that was there counts as two unless it had all its values already.
        if (rows.Table.CanUpsert && IsComplete(rows))
            return await InsertAsync(transaction, bound, MySqlSql.OnDuplicate(rows), cancellationToken);

        MySqlServer server = MySqlServer.Of((MySqlConnection)transaction.Connection!);
        bool joins = MySqlJoins.Serve(rows.Table);
        int found = joins
            ? await JoinAsync(transaction, bound, MySqlJoins.Update(rows, server), cancellationToken)
            : await UpdateAsync(transaction, bound, cancellationToken);
        if (found == 0) return await InsertAsync(transaction, bound, "", cancellationToken);
        if (found >= rows.Count) return found;
        return found + (joins
            ? await JoinAsync(transaction, bound, MySqlJoins.InsertMissing(rows, server), cancellationToken)
            : await InsertMissingAsync(transaction, bound, cancellationToken));
    }

    public Task<IReadOnlyList<RowSight>> LookAsync(DbTransaction transaction, RowBatch rows, CancellationToken cancellationToken) =>
        MySqlQuestions.LookAsync(transaction, Bind(transaction, rows), cancellationToken);

    public Task<int> DeleteAsync(DbTransaction transaction, RowBatch keys, CancellationToken cancellationToken) =>
        ForKeysAsync(transaction, Bind(transaction, keys), MySqlSql.DeleteFrom(keys.Table), cancellationToken);

    public Task<IReadOnlyList<RowChange>> FindReferencedAsync(
        DbTransaction transaction, RowBatch keys, TargetTable child, ForeignKey foreignKey, CancellationToken cancellationToken) =>
        MySqlQuestions.ChangesAsync(
            transaction, Bind(transaction, keys), MySqlReferenceSql.Referenced(keys.Table, child, foreignKey), MySqlSql.KeyValues,
            cancellationToken);

    public async Task<IReadOnlyList<ChildRow>> FindChildrenAsync(
        DbTransaction transaction, RowBatch keys, TargetTable child, ForeignKey foreignKey, CancellationToken cancellationToken) =>
        await MySqlQuestions.AskAsync(
            transaction, Bind(transaction, keys), MySqlReferenceSql.Children(keys.Table, child, foreignKey), MySqlSql.KeyValues,
            (change, row) => new ChildRow(change, KeyText.Of([.. Enumerable.Range(1, row.FieldCount - 1).Select(row.GetString)])),
            cancellationToken);

    public Task ClearAsync(DbTransaction transaction, RowBatch keys, IReadOnlyList<int> columns, CancellationToken cancellationToken) =>
        ForKeysAsync(transaction, Bind(transaction, keys), MySqlSql.Assign(keys.Table, columns, "NULL"), cancellationToken);

    public Task<IReadOnlyList<ValueHolder>> FindHoldersAsync(
        DbTransaction transaction, UniqueIndex index, RowBatch rows, CancellationToken cancellationToken) =>
        MySqlVacating.FindHoldersAsync(transaction, index, Bind(transaction, rows), cancellationToken);

    public Task<IReadOnlyList<HeldRow>> MatchAsync(
        DbTransaction transaction, RowBatch keys, IReadOnlyList<KeyText> holders, CancellationToken cancellationToken) =>
        Task.FromResult(MySqlVacating.Match(Bind(transaction, keys), holders));

    public bool CanFree(TargetTable table, UniqueIndex index) => MySqlVacating.Parked(index, table) >= 0;

    public Task<int> FreeAsync(DbTransaction transaction, UniqueIndex index, RowBatch keys, CancellationToken cancellationToken) =>
        ForKeysAsync(transaction, Bind(transaction, keys), MySqlVacating.Free(index, keys.Table), cancellationToken);

    /// <summary>InnoDB checks every row at once.</summary>
    public Task DeferConstraintsAsync(DbTransaction transaction, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task CheckConstraintsAsync(DbTransaction transaction, CancellationToken cancellationToken) => Task.CompletedTask;

    public IForeignKeySwitch ForeignKeys { get; } = new MySqlForeignKeys();

    public Task<IReadOnlyList<string>?> ReadRowAsync(DbConnection connection, RowBatch key, CancellationToken cancellationToken) =>
        MySqlRowText.ReadAsync((MySqlConnection)connection, key, cancellationToken);

    /// <summary>An INSERT of the batch's columns is possible; a row that carries less can still be updated.</summary>
    internal static bool IsComplete(RowBatch rows) =>
        rows.Table.Columns.All(
            c => c.IsGenerated || MySqlSql.Column(rows.Table, c.Ordinal).Type.HasDefault || rows.Columns.Contains(c.Ordinal));

    internal static async Task<int> InsertAsync(
        DbTransaction transaction, MySqlRows rows, string suffix, CancellationToken cancellationToken,
        ICollection<MySqlText>? written = null)
    {
        var bulk = new MySqlBulk(transaction, MySqlSql.InsertInto(rows.Batch), ", ", suffix, written: written);
        string item = MySqlSql.InsertRow(rows.Batch);
        for (int row = 0; row < rows.Count; row++) await bulk.AddAsync(item, rows.Values(row), cancellationToken);
        await bulk.FlushAsync(cancellationToken);
        return bulk.Affected;
    }

    internal static async Task<int> JoinAsync(
        DbTransaction transaction, MySqlRows rows, MySqlJoin join, CancellationToken cancellationToken,
        ICollection<MySqlText>? written = null)
    {
        var bulk = new MySqlBulk(transaction, join.Prefix, join.Separator, join.Suffix, written: written);
        for (int row = 0; row < rows.Count; row++) await bulk.AddAsync(join.Row, rows.Values(row), cancellationToken);
        await bulk.FlushAsync(cancellationToken);
        return bulk.Affected;
    }

    internal static async Task<int> UpdateAsync(
        DbTransaction transaction, MySqlRows rows, CancellationToken cancellationToken, ICollection<MySqlText>? written = null)
    {
        var bulk = MySqlBulk.Statements(transaction, written);
        string item = MySqlSql.Update(rows.Batch);
        int[] settable = [.. MySqlSql.Settable(rows.Batch)];
        for (int row = 0; row < rows.Count; row++)
            await bulk.AddAsync(item, [.. settable.Select(c => rows.Of(row, c)), .. MySqlSql.KeyValues(rows, row)], cancellationToken);
        await bulk.FlushAsync(cancellationToken);
        return bulk.Affected;
    }

    internal static async Task<int> InsertMissingAsync(
        DbTransaction transaction, MySqlRows rows, CancellationToken cancellationToken, ICollection<MySqlText>? written = null)
    {
        var bulk = MySqlBulk.Statements(transaction, written);
        string item = MySqlSql.InsertMissing(rows.Batch);
        for (int row = 0; row < rows.Count; row++)
            await bulk.AddAsync(
                item, [.. rows.Batch.Columns.Select((_, place) => rows.Value(row, place)), .. MySqlSql.KeyValues(rows, row)],
                cancellationToken);
        await bulk.FlushAsync(cancellationToken);
        return bulk.Affected;
    }

    /// <summary>One statement over a list of keys where the key is one column that tells all keys apart, otherwise one per key.</summary>
    internal static async Task<int> ForKeysAsync(
        DbTransaction transaction, MySqlRows keys, string statement, CancellationToken cancellationToken,
        ICollection<MySqlText>? written = null)
    {
        TargetTable table = keys.Batch.Table;
        var first = MySqlSql.Column(table, table.PrimaryKey[0]);
        bool list = table.PrimaryKey.Count == 1 && !first.Type.Folds;
        MySqlBulk bulk = list
            ? new MySqlBulk(transaction, $"{statement}{first.Name} IN (", ", ", ")", KeysPerList, written)
            : MySqlBulk.Statements(transaction, written);
        string item = list ? first.KeyExpression : statement + MySqlSql.KeyMatch(table);
        for (int row = 0; row < keys.Count; row++) await bulk.AddAsync(item, [.. MySqlSql.KeyValues(keys, row)], cancellationToken);
        await bulk.FlushAsync(cancellationToken);
        return bulk.Affected;
    }

    internal static MySqlRows Bind(DbTransaction transaction, RowBatch rows) =>
        MySqlRows.Bind(rows, MySqlServer.Of((MySqlConnection)transaction.Connection!));

    internal static async Task RunAsync(DbTransaction transaction, string sql, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(sql, (MySqlConnection)transaction.Connection!, (MySqlTransaction)transaction);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
