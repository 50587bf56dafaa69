using System.Data.Common;
using Failback.Applier.Postgres.Connection;
using Failback.Applier.Postgres.Values;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Tables;
using Failback.Apply.Windows;
using Failback.Apply.Writing;
using Npgsql;

namespace Failback.Applier.Postgres.Writing;

/// <summary>
/// Bulk statements over arrays: one parameter per column, unnested on the server, however many rows. Upserts of many rows are copied.
/// https://www.postgresql.org/docs/current/functions-array.html
/// </summary>
/// <param name="copyRows">Rows from which on a batch of upserts is copied.</param>
internal sealed class PostgresStatements(int copyRows = PostgresStatements.CopyRows) : ITableStatements
{
    private const int CopyRows = 500;
    private readonly PostgresCopy _copy = new(copyRows);

    public IStatementParts Parts { get; } = new PostgresParts(copyRows);

    public void Prepare(DbConnection connection, RowBatch rows) => _copy.Prepare((NpgsqlConnection)connection, rows);

    // https://www.postgresql.org/docs/current/sql-insert.html#SQL-ON-CONFLICT
    public async Task<int> UpsertAsync(DbTransaction transaction, RowBatch rows, CancellationToken cancellationToken)
    {
        if (await _copy.TryUpsertAsync((NpgsqlTransaction)transaction, rows, cancellationToken) is { } copied) return copied;
        NpgsqlParameter[] parameters = Bind(rows);
        if (PostgresSql.Changed(rows) is { } question)
        {
            await using NpgsqlCommand asked = Query(transaction, question, [.. parameters.Select(p => p.Clone())]);
            await PostgresCheck.RunAsync(asked, rows, first: 1, cancellationToken);
        }

        if (rows.Table.CanUpsert) return await RunAsync(transaction, PostgresSql.Upsert(rows), parameters, cancellationToken);
        int updated = PostgresSql.Update(rows) is { } update ? await RunAsync(transaction, update, parameters, cancellationToken) : 0;
        return updated
            + await RunAsync(transaction, PostgresSql.InsertMissing(rows), [.. parameters.Select(p => p.Clone())], cancellationToken);
    }

    public async Task<IReadOnlyList<RowSight>> LookAsync(DbTransaction transaction, RowBatch rows, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Query(transaction, PostgresSql.Look(rows), Bind(rows));
        var sights = new List<RowSight>();
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) sights.Add(Sight(rows, row));
        return sights;
    }

    public Task<int> DeleteAsync(DbTransaction transaction, RowBatch keys, CancellationToken cancellationToken) =>
        RunAsync(transaction, PostgresSql.Delete(keys), Bind(keys), cancellationToken);

    public async Task<IReadOnlyList<RowChange>> FindReferencedAsync(
        DbTransaction transaction, RowBatch keys, TargetTable child, ForeignKey foreignKey, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Query(transaction, PostgresReferenceSql.Referenced(keys, child, foreignKey), Bind(keys));
        return await ChangesAsync(command, keys, cancellationToken);
    }

    public async Task<IReadOnlyList<ChildRow>> FindChildrenAsync(
        DbTransaction transaction, RowBatch keys, TargetTable child, ForeignKey foreignKey, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Query(transaction, PostgresReferenceSql.Children(keys, child, foreignKey), Bind(keys));
        var found = new List<ChildRow>();
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) found.Add(new ChildRow(keys.Changes[(int)row.GetInt64(0) - 1], KeyOf(row)));
        return found;
    }

    public async Task<IReadOnlyList<string>?> ReadRowAsync(DbConnection connection, RowBatch key, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(PostgresSql.Row(key), (NpgsqlConnection)connection);
        command.Parameters.AddRange(Bind(key));
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? [.. Enumerable.Range(0, row.FieldCount).Select(row.GetString)] : null;
    }

    public Task ClearAsync(DbTransaction transaction, RowBatch keys, IReadOnlyList<int> columns, CancellationToken cancellationToken) =>
        RunAsync(transaction, PostgresSql.Clear(keys, columns), Bind(keys), cancellationToken);

    public async Task<IReadOnlyList<ValueHolder>> FindHoldersAsync(
        DbTransaction transaction, UniqueIndex index, RowBatch rows, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Query(transaction, PostgresVacatingSql.Holders(index, rows), Bind(rows));
        var found = new List<ValueHolder>();
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) found.Add(Holder(rows, row));
        return found;
    }

    public async Task<IReadOnlyList<HeldRow>> MatchAsync(
        DbTransaction transaction, RowBatch keys, IReadOnlyList<KeyText> holders, CancellationToken cancellationToken)
    {
        NpgsqlParameter[] texts = [
            .. keys.Table.PrimaryKey.Select((_, i) => new NpgsqlParameter { Value = holders.Select(h => h.Columns[i]).ToArray() })];
        await using NpgsqlCommand command = Query(transaction, PostgresVacatingSql.Match(keys), [.. Bind(keys), .. texts]);
        var found = new List<HeldRow>();
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            found.Add(new HeldRow(keys.Changes[(int)row.GetInt64(0) - 1], holders[(int)row.GetInt64(1) - 1]));
        return found;
    }

    public bool CanFree(TargetTable table, UniqueIndex index) => PostgresVacatingSql.Parked(index, table) >= 0;

    public Task<int> FreeAsync(DbTransaction transaction, UniqueIndex index, RowBatch keys, CancellationToken cancellationToken) =>
        RunAsync(transaction, PostgresVacatingSql.Free(index, keys), Bind(keys), cancellationToken);

    // https://www.postgresql.org/docs/current/sql-set-constraints.html
    public Task DeferConstraintsAsync(DbTransaction transaction, CancellationToken cancellationToken) =>
        RunAsync(transaction, "SET CONSTRAINTS ALL DEFERRED", [], cancellationToken);

    public Task CheckConstraintsAsync(DbTransaction transaction, CancellationToken cancellationToken) =>
        RunAsync(transaction, "SET CONSTRAINTS ALL IMMEDIATE", [], cancellationToken);

    public IForeignKeySwitch ForeignKeys { get; } = new PostgresForeignKeys();

    public async Task<string?> FindRefusedColumnAsync(DbTransaction transaction, RowBatch row, CancellationToken cancellationToken)
    {
        const string savepoint = "failback_column";
        NpgsqlParameter[] parameters = Bind(row);
        for (int place = 0; place < parameters.Length; place++)
        {
            await transaction.SaveAsync(savepoint, cancellationToken);
            try
            {
                await RunAsync(transaction, PostgresSql.Alone(row, place), [parameters[place]], cancellationToken);
                await transaction.ReleaseAsync(savepoint, cancellationToken);
            }
            catch (PostgresException e) when (PostgresFailures.Classify(e).Kind is FailureKind.Data or FailureKind.Constraint)
            {
                await transaction.RollbackAsync(savepoint, cancellationToken);
                await transaction.ReleaseAsync(savepoint, cancellationToken);
                return row.Table.Columns[row.Columns[place]].Name;
            }
        }

        return null;
    }

    /// <exception cref="RowFaultsException">Rows hold values that their column cannot keep.</exception>
    internal static NpgsqlParameter[] Bind(RowBatch rows)
    {
        var faults = new RowFaults(rows);
        var parameters = new NpgsqlParameter[rows.Columns.Length];
        for (int i = 0; i < parameters.Length; i++) parameters[i] = ((PostgresColumn)rows.Table.Columns[rows.Columns[i]].Converter).Bind(
            rows, i, faults);
        faults.ThrowIfAny();
        return parameters;
    }

    /// <summary>Changes of the batch whose numbers a query gives.</summary>
    internal static async Task<IReadOnlyList<RowChange>> ChangesAsync(
        NpgsqlCommand command, RowBatch rows, CancellationToken cancellationToken)
    {
        var found = new List<RowChange>();
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) found.Add(Change(rows, row));
        return found;
    }

    internal static RowChange Change(RowBatch rows, NpgsqlDataReader row) => rows.Changes[(int)row.GetInt64(0) - 1];

    internal static RowSight Sight(RowBatch rows, NpgsqlDataReader row) =>
        new(Change(rows, row), row.IsDBNull(1) ? null : rows.Columns[row.GetInt32(1)]);

    internal static ValueHolder Holder(RowBatch rows, NpgsqlDataReader row) => new(Change(rows, row), KeyOf(row));

    /// <summary>The texts after the first column.</summary>
    private static KeyText KeyOf(NpgsqlDataReader row) => KeyText.Of([.. Enumerable.Range(1, row.FieldCount - 1).Select(row.GetString)]);

    internal static NpgsqlCommand Query(DbTransaction transaction, string sql, NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlCommand(sql, (NpgsqlConnection)transaction.Connection!, (NpgsqlTransaction)transaction);
        command.Parameters.AddRange(parameters);
        return command;
    }

    internal static async Task<int> RunAsync(
        DbTransaction transaction, string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = Query(transaction, sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
