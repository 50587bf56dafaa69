using System.Globalization;
using Failback.Applier.MySql.Connection;
using Failback.Applier.MySql.Values;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;

namespace Failback.Applier.MySql.Writing;

/// <summary>Texts of the statements on target tables, and the order of their parameters.</summary>
internal static class MySqlSql
{
    public static string InsertInto(RowBatch rows) =>
        $"INSERT INTO {MySqlName.Quote(rows.Table.Name)} ({string.Join(", ", rows.Columns.Select(c => Column(rows.Table, c).Name))}) "
            + $"VALUES ";

    /// <summary>One row of <see cref="InsertInto"/>; parameters are its values.</summary>
    public static string InsertRow(RowBatch rows) =>
        "(" + string.Join(", ", rows.Columns.Select(c => Column(rows.Table, c).Expression)) + ")";

    // https://dev.mysql.com/doc/refman/8.4/en/insert-on-duplicate.html; VALUES() is what MariaDB and MySQL have in common.
    public static string OnDuplicate(RowBatch rows)
    {
        TargetTable table = rows.Table;
        string[] set = [
            .. Settable(rows).Select(c => Column(table, c).Name).Select(n => $"{n} = VALUES({n})").Concat(Unchanged(table, rows.Columns))];
        string key = Column(table, table.PrimaryKey[0]).Name;
        return " ON DUPLICATE KEY UPDATE " + (set.Length == 0 ? $"{key} = {key}" : string.Join(", ", set));
    }

    /// <summary>Updates one row, or merely finds it; parameters are the settable values, then the key's.</summary>
    public static string Update(RowBatch rows)
    {
        TargetTable table = rows.Table;
        string[] set = [
            .. Settable(rows).Select(c => $"{Column(table, c).Name} = {Column(table, c).Expression}")
                .Concat(Unchanged(table, rows.Columns))];
        string key = Column(table, table.PrimaryKey[0]).Name;
        return $"UPDATE {MySqlName.Quote(table.Name)} SET {(set.Length == 0 ? $"{key} = {key}" : string.Join(", ", set))} WHERE "
            + $"{KeyMatch(table)}";
    }

    /// <summary>Inserts one row unless it is there; parameters are its values, then the key's.</summary>
    public static string InsertMissing(RowBatch rows) =>
        $"""
        INSERT INTO {MySqlName.Quote(rows.Table.Name)} ({string.Join(", ", rows.Columns.Select(c => Column(rows.Table, c).Name))})
        SELECT {string.Join(", ", rows.Columns.Select(c => Column(rows.Table, c).Expression))} FROM DUAL
        WHERE NOT EXISTS (SELECT 1 FROM {MySqlName.Quote(rows.Table.Name)} WHERE {KeyMatch(rows.Table)})
        """;

    public static string DeleteFrom(TargetTable table) => $"DELETE FROM {MySqlName.Quote(table.Name)} WHERE ";

    /// <summary>Sets columns to an expression, for rows still to be named.</summary>
    public static string Assign(TargetTable table, IReadOnlyList<int> columns, string value) =>
        $"UPDATE {MySqlName.Quote(table.Name)} SET "
            + $"{string.Join(", ", columns.Select(c => $"{Column(table, c).Name} = {value}").Concat(Unchanged(table, columns)))} WHERE ";

    /// <summary>The row with the given key, told from rows whose key is merely equal in the column's collation.</summary>
    public static string KeyMatch(TargetTable table) => string.Join(" AND ", table.PrimaryKey.Select(c => KeyMatch(Column(table, c))));

    /// <summary>Parameters of <see cref="KeyMatch(TargetTable)"/>.</summary>
    public static IEnumerable<object?> KeyValues(MySqlRows rows, int row)
    {
        TargetTable table = rows.Batch.Table;
        foreach (int ordinal in table.PrimaryKey)
        {
            object? value = rows.Of(row, ordinal);
            yield return value;
            if (Column(table, ordinal).Type.Folds) yield return value;
        }
    }

    /// <summary>Rows that hold the index's values of one row; parameters are these values.</summary>
    public static string Holders(UniqueIndex index, TargetTable table) =>
        "(" + string.Join(" AND ", index.Columns.Select(c => $"{Column(table, c).Name} = {Column(table, c).KeyExpression}")) + ")";

    /// <summary>Keys of rows, as text to compare with <see cref="MySqlRows.Identity"/>, after SELECT; the condition follows.</summary>
    public static string SelectKeys(TargetTable table) =>
        $"{string.Join(", ", table.PrimaryKey.Select(c => Column(table, c).IdentityExpression(Column(table, c).Name)))} FROM "
            + $"{MySqlName.Quote(table.Name)} WHERE ";

    /// <summary>The row with the key, a text per column; parameters are <see cref="KeyValues"/>.</summary>
    public static string Row(TargetTable table) =>
        $"SELECT {string.Join(", ", table.Columns.Select(c => Column(table, c.Ordinal)).Select(c => c.IdentityExpression(c.Name)))} FROM "
            + $"{MySqlName.Quote(table.Name)} WHERE {KeyMatch(table)}";

    /// <summary>
    /// After the number of a row: the place of its first column that holds another value than the batch gives it, when the row is there;
    /// parameters are the settable values, then the key's.
    /// </summary>
    public static string Look(RowBatch rows)
    {
        string[] differs = [
            .. Settable(rows).Select(c => string.Create(
                CultureInfo.InvariantCulture, $"WHEN NOT ({Column(rows.Table, c).Holds}) THEN {Array.IndexOf(rows.Columns, c)}"))];
        string which = differs.Length == 0 ? "NULL" : $"CASE {string.Join(' ', differs)} END";
        return $", {which} FROM {MySqlName.Quote(rows.Table.Name)} WHERE {KeyMatch(rows.Table)}";
    }

    public static MySqlColumn Column(TargetTable table, int ordinal) => (MySqlColumn)table.Columns[ordinal].Converter;

    public static IEnumerable<int> Settable(RowBatch rows) => rows.Columns.Where(c => !rows.Table.PrimaryKey.Contains(c));

    private static string KeyMatch(MySqlColumn column)
    {
        string equal = $"{column.Name} = {column.KeyExpression}";
        return column.Type.Folds ? $"{equal} AND CAST(CONVERT({column.Name} USING utf8mb4) AS BINARY) = CAST(? AS BINARY)" : equal;
    }

    /// <summary>Columns that an UPDATE would set to the time of day unless told otherwise.</summary>
    public static IEnumerable<string> Kept(TargetTable table, IReadOnlyList<int> carried) =>
        table.Columns.Where(c => !carried.Contains(c.Ordinal) && Column(table, c.Ordinal).Type.ChangesOnUpdate)
        .Select(c => MySqlName.Quote(c.Name));

    private static IEnumerable<string> Unchanged(TargetTable table, IReadOnlyList<int> carried) =>
        Kept(table, carried).Select(name => $"{name} = {name}");
}
