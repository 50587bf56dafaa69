using System.Data.Common;
using System.Globalization;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Apply.Windows;
using Failback.Apply.Writing;

namespace Failback.Dialects.Tests.Toy;

/// <summary>Statements on target tables, row by row.</summary>
internal sealed class ToyStatements : ITableStatements
{
    public async Task<int> UpsertAsync(DbTransaction transaction, RowBatch rows, CancellationToken cancellationToken)
    {
        TargetTable table = rows.Table;
        string set = ToySql.Match(table, rows.Columns, separator: ", ");
        string names = string.Join(", ", rows.Columns.Select(c => ToySql.Quote(table.Columns[c].Name)));
        string places = string.Join(", ", rows.Columns.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"${i + 1}")));
        string key = string.Join(
            " AND ", table.PrimaryKey.Select(
                c => string.Create(
                    CultureInfo.InvariantCulture, $"{ToySql.Quote(table.Columns[c].Name)} = ${Array.IndexOf(rows.Columns, c) + 1}")));
        int touched = 0;
        foreach (object?[] row in ToySql.Bind(rows))
        {
            int found = await RunAsync(transaction, $"UPDATE {ToySql.Name(table)} SET {set} WHERE {key}", cancellationToken, row);
            touched += found > 0
                ? found
                : await RunAsync(transaction, $"INSERT INTO {ToySql.Name(table)} ({names}) VALUES ({places})", cancellationToken, row);
        }

        return touched;
    }

    public async Task<IReadOnlyList<RowSight>> LookAsync(DbTransaction transaction, RowBatch rows, CancellationToken cancellationToken)
    {
        TargetTable table = rows.Table;
        string columns = string.Join(", ", rows.Columns.Select(c => ToySql.Quote(table.Columns[c].Name)));
        string sql = $"SELECT {columns} FROM {ToySql.Name(table)} WHERE {ToySql.Match(table, table.PrimaryKey)}";
        IReadOnlyList<object?[]> bound = ToySql.Bind(rows);
        var sights = new List<RowSight>();
        for (int i = 0; i < bound.Count; i++)
        {
            object?[] key = [.. table.PrimaryKey.Select(c => bound[i][Array.IndexOf(rows.Columns, c)])];
            foreach (object?[] row in await ToySql.QueryAsync(
                transaction.Connection!, transaction, sql, r => Values(r, rows.Columns.Length), cancellationToken, key))
            {
                int place = Array.FindIndex(
                    [.. bound[i].Zip(row)], pair => ToyValues.Identity(pair.First) != ToyValues.Identity(pair.Second));
                sights.Add(new RowSight(rows.Changes[i], place < 0 ? null : rows.Columns[place]));
            }
        }

        return sights;
    }

    public Task<int> DeleteAsync(DbTransaction transaction, RowBatch keys, CancellationToken cancellationToken) =>
        ForKeysAsync(transaction, keys, $"DELETE FROM {ToySql.Name(keys.Table)}", cancellationToken);

    public Task ClearAsync(DbTransaction transaction, RowBatch keys, IReadOnlyList<int> columns, CancellationToken cancellationToken) =>
        ForKeysAsync(
            transaction, keys,
            $"UPDATE {ToySql.Name(keys.Table)} SET "
                + $"{string.Join(", ", columns.Select(c => ToySql.Quote(keys.Table.Columns[c].Name) + " = NULL"))}", cancellationToken);

    public async Task<IReadOnlyList<RowChange>> FindReferencedAsync(
        DbTransaction transaction, RowBatch keys, TargetTable child, ForeignKey foreignKey, CancellationToken cancellationToken) =>
        [.. (await FindChildrenAsync(transaction, keys, child, foreignKey, cancellationToken)).Select(c => c.Parent).Distinct()];

    public async Task<IReadOnlyList<ChildRow>> FindChildrenAsync(
        DbTransaction transaction, RowBatch keys, TargetTable child, ForeignKey foreignKey, CancellationToken cancellationToken)
    {
        string match = string.Join(
            " AND ", foreignKey.Columns.Zip(
                foreignKey.ParentColumns, (c, p) => $"c.{ToySql.Quote(child.Columns[c].Name)} = p.{ToySql.Quote(p)}"));
        string own = string.Join(", ", child.PrimaryKey.Select(c => "c." + ToySql.Quote(child.Columns[c].Name)));
        string sql = $"SELECT {own} FROM {ToySql.Name(keys.Table)} AS p, {ToySql.Name(child)} AS c WHERE {match} AND {Key(keys, "p.")}";
        IReadOnlyList<object?[]> rows = ToySql.Bind(keys);
        var found = new List<ChildRow>();
        for (int i = 0; i < rows.Count; i++)
        {
            RowChange change = keys.Changes[i];
            found.AddRange(
                (await ToySql.QueryAsync(
                    transaction.Connection!, transaction, sql, row => Identity(Values(row, child.PrimaryKey.Count)), cancellationToken,
                    rows[i])).Select(k => new ChildRow(change, k)));
        }

        return found;
    }

    public async Task<IReadOnlyList<ValueHolder>> FindHoldersAsync(
        DbTransaction transaction, UniqueIndex index, RowBatch rows, CancellationToken cancellationToken)
    {
        TargetTable table = rows.Table;
        string keys = string.Join(", ", table.PrimaryKey.Select(c => ToySql.Quote(table.Columns[c].Name)));
        string holders = $"SELECT {keys} FROM {ToySql.Name(table)} WHERE {ToySql.Match(table, index.Columns)}";
        IReadOnlyList<object?[]> bound = ToySql.Bind(rows);
        var found = new List<ValueHolder>();
        for (int i = 0; i < bound.Count; i++)
        {
            object?[] wanted = [.. index.Columns.Select(c => bound[i][Array.IndexOf(rows.Columns, c)])];
            KeyText own = Identity([.. table.PrimaryKey.Select(c => bound[i][Array.IndexOf(rows.Columns, c)])]);
            IReadOnlyList<object?[]> there = await ToySql.QueryAsync(
                transaction.Connection!, transaction, holders, r => Values(r, table.PrimaryKey.Count), cancellationToken, wanted);
            found.AddRange(
                there.Select(Identity).Where(holder => holder != own).Select(holder => new ValueHolder(rows.Changes[i], holder)));
        }

        return found;
    }

    public Task<IReadOnlyList<HeldRow>> MatchAsync(
        DbTransaction transaction, RowBatch keys, IReadOnlyList<KeyText> holders, CancellationToken cancellationToken)
    {
        IReadOnlyList<HeldRow> held = [
            .. ToySql.Bind(keys).Select((key, i) => new HeldRow(keys.Changes[i], Identity(key))).Where(r => holders.Contains(r.Key))];
        return Task.FromResult(held);
    }

    public bool CanFree(TargetTable table, UniqueIndex index) => Parked(index, table) >= 0;

    public async Task<int> FreeAsync(DbTransaction transaction, UniqueIndex index, RowBatch keys, CancellationToken cancellationToken)
    {
        TargetTable table = keys.Table;
        int parked = Parked(index, table);
        string value = table.Columns[parked].IsNullable ? "NULL" : ToyValues.Of(table, parked).Placeholder;
        await ForKeysAsync(
            transaction, keys, $"UPDATE {ToySql.Name(table)} SET {ToySql.Quote(table.Columns[parked].Name)} = {value}", cancellationToken);
        return keys.Count;
    }

    // https://www.sqlite.org/pragma.html#pragma_defer_foreign_keys
    public Task DeferConstraintsAsync(DbTransaction transaction, CancellationToken cancellationToken) =>
        RunAsync(transaction, "PRAGMA defer_foreign_keys = ON", cancellationToken);

    public async Task CheckConstraintsAsync(DbTransaction transaction, CancellationToken cancellationToken)
    {
        await RunAsync(transaction, "PRAGMA defer_foreign_keys = OFF", cancellationToken);
        if ((await ToySql.QueryAsync(
            transaction.Connection!, transaction, "SELECT 1 FROM pragma_foreign_key_check LIMIT 1", row => row.GetInt64(0),
            cancellationToken)).Count > 0) throw new ToyForeignKeyException();
    }

    public async Task<IReadOnlyList<string>?> ReadRowAsync(DbConnection connection, RowBatch key, CancellationToken cancellationToken)
    {
        string columns = string.Join(
            ", ", key.Table.Columns.Select(c => ToySql.Quote(c.Name))
            .Select(c => $"CASE typeof({c}) WHEN 'blob' THEN json_quote(hex({c})) ELSE json_quote({c}) END"));
        IReadOnlyList<string[]> rows = await ToySql.QueryAsync(
            connection, null, $"SELECT {columns} FROM {ToySql.Name(key.Table)} WHERE {ToySql.Match(key.Table, key.Columns)}",
            row => Enumerable.Range(0, row.FieldCount).Select(row.GetString).ToArray(), cancellationToken, ToySql.Bind(key)[0]);
        return rows.SingleOrDefault();
    }

    private static string Key(RowBatch keys, string alias = "") =>
        string.Join(
            " AND ", keys.Columns.Select(
                (c, i) => string.Create(CultureInfo.InvariantCulture, $"{alias}{ToySql.Quote(keys.Table.Columns[c].Name)} = ${i + 1}")));

    private static object?[] Values(DbDataReader row, int count)
    {
        var values = new object?[count];
        for (int i = 0; i < count; i++) values[i] = row.GetValue(i);
        return values;
    }

    private static KeyText Identity(object?[] values) => KeyText.Of([.. values.Select(ToyValues.Identity)]);

    private static int Parked(UniqueIndex index, TargetTable table) => UniqueParking.Choose(index, table, static _ => true);

    private static async Task<int> ForKeysAsync(
        DbTransaction transaction, RowBatch keys, string statement, CancellationToken cancellationToken)
    {
        int touched = 0;
        foreach (object?[] key in ToySql.Bind(keys))
            touched += await RunAsync(transaction, $"{statement} WHERE {Key(keys)}", cancellationToken, key);
        return touched;
    }

    private static Task<int> RunAsync(
        DbTransaction transaction, string sql, CancellationToken cancellationToken, params object?[] values) =>
        ToySql.RunAsync(transaction.Connection!, transaction, sql, cancellationToken, values);
}
