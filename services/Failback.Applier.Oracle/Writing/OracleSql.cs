using System.Globalization;
using Failback.Applier.Oracle.Connection;
using Failback.Applier.Oracle.Values;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;

namespace Failback.Applier.Oracle.Writing;

/// <summary>
/// Texts of the statements on target tables. Parameters are named <c>c</c> and the column's ordinal; each holds one value per row.
/// </summary>
internal static class OracleSql
{
    /// <summary>False where parameters may be longer than MERGE takes them (ORA-01461), or where there is no key to merge by.</summary>
    public static bool CanMerge(RowBatch rows) => rows.Columns.All(c => !Column(rows.Table, c).IsLong);

    // https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/MERGE.html: looks at the primary key only, and so changes no
    // other row
    public static string Merge(RowBatch rows)
    {
        TargetTable table = rows.Table;
        string source = string.Join(", ", rows.Columns.Select(c => $"{Value(table, c)} AS {Parameter(c)}"));
        string[] set = [.. Settable(rows).Select(c => $"t.{Name(table, c)} = s.{Parameter(c)}")];
        string update = set.Length == 0 ? "" : $"\nWHEN MATCHED THEN UPDATE SET {string.Join(", ", set)}";
        return $"""
            MERGE INTO {OracleName.Quote(table.Name)} t USING (SELECT {source} FROM DUAL) s
            ON ({string.Join(" AND ", table.PrimaryKey.Select(c => $"t.{Name(table, c)} = s.{Parameter(c)}"))}){update}
            WHEN NOT MATCHED THEN INSERT ({Names(rows)}) VALUES ({string.Join(", ", rows.Columns.Select(c => "s." + Parameter(c)))})
            """;
    }

    /// <summary>Updates a row, or merely finds it; parameters are the settable values and the key's.</summary>
    public static string Update(RowBatch rows)
    {
        TargetTable table = rows.Table;
        string[] set = [.. Ordered(table, Settable(rows)).Select(c => $"t.{Name(table, c)} = {Value(table, c)}")];
        string key = Name(table, table.PrimaryKey[0]);
        return $"UPDATE {OracleName.Quote(table.Name)} t SET {(set.Length == 0 ? $"t.{key} = t.{key}" : string.Join(", ", set))} WHERE "
            + $"{KeyMatch(table, "")}";
    }

    public static string Insert(RowBatch rows)
    {
        int[] columns = [.. Ordered(rows.Table, rows.Columns)];
        return $"INSERT INTO {OracleName.Quote(rows.Table.Name)} ({string.Join(", ", columns.Select(c => Name(rows.Table, c)))}) VALUES "
            + $"({string.Join(", ", columns.Select(c => Value(rows.Table, c)))})";
    }

    public static string Delete(TargetTable table) => $"DELETE FROM {OracleName.Quote(table.Name)} t WHERE {KeyMatch(table, "")}";

    public static string Clear(TargetTable table, IReadOnlyList<int> columns) =>
        $"UPDATE {OracleName.Quote(table.Name)} t SET {string.Join(", ", columns.Select(c => $"t.{Name(table, c)} = NULL"))} WHERE "
            + $"{KeyMatch(table, "")}";

    /// <summary>Gives columns of a row other values for a moment; parameters of these are named <c>p</c> and the ordinal.</summary>
    public static string Park(TargetTable table, IReadOnlyList<int> columns) =>
        $"UPDATE {OracleName.Quote(table.Name)} t SET "
            + $"{string.Join(", ", columns.Select(c => $"t.{Name(table, c)} = {Column(table, c).Expression(":p" + Number(c))}"))} WHERE "
            + $"{KeyMatch(table, "")}";

    /// <summary>The row's number when the table has a row with its key.</summary>
    public static string Exists(TargetTable table, int row) =>
        $"SELECT {Number(row)} FROM {OracleName.Quote(table.Name)} t WHERE {KeyMatch(table, "r" + Number(row))}";

    /// <summary>The row's number and a text of each column given, when the table has a row with its key.</summary>
    public static string Look(TargetTable table, IReadOnlyList<int> columns, int row)
    {
        IEnumerable<string> texts = columns.Select(
            (c, i) => $", {Column(table, c).IdentityExpression("t." + Name(table, c))} AS k{Number(i)}");
        return $"SELECT {Number(row)} AS place{string.Concat(texts)} FROM {OracleName.Quote(table.Name)} t WHERE "
            + $"{KeyMatch(table, "r" + Number(row))}";
    }

    /// <summary>The row with a key, a text per column where its type has one.</summary>
    public static string Row(TargetTable table) =>
        $"SELECT {string.Join(", ", table.Columns.Select(c => Shown(Column(table, c.Ordinal))))} FROM {OracleName.Quote(table.Name)} t "
            + $"WHERE {KeyMatch(table, "r0")}";

    private static string Shown(OracleColumn column) =>
        column.IdentityExpression("t." + column.Name)
        ?? (column.IsLong ? $"CASE WHEN t.{column.Name} IS NULL THEN NULL ELSE '(not shown)' END" : $"TO_CHAR(t.{column.Name})");

    /// <summary>
    /// The row's number and the keys, as text to compare with <see cref="OracleRows.Identity"/>, of rows other than the given one that hold
    /// its values of the index.
    /// </summary>
    public static string Holders(UniqueIndex index, TargetTable table, int row, IReadOnlyList<bool> nulls)
    {
        string prefix = "r" + Number(row);
        IEnumerable<string> holds = index.Columns.Select(
            (c, i) => nulls[i] ? $"t.{Name(table, c)} IS NULL" : $"t.{Name(table, c)} = {Value(table, c, prefix)}");
        string keys = string.Join(
            ", ", table.PrimaryKey.Select((c, i) => $"{Column(table, c).IdentityExpression("t." + Name(table, c))} AS k{Number(i)}"));
        return $"SELECT {Number(row)} AS place, {keys} FROM {OracleName.Quote(table.Name)} t WHERE {string.Join(" AND ", holds)} AND NOT "
            + $"({KeyMatch(table, prefix)})";
    }

    /// <summary>The row's number when it has children.</summary>
    public static string Referenced(TargetTable parent, TargetTable child, ForeignKey foreignKey, int row) =>
        $"{Exists(parent, row)} AND EXISTS (SELECT 1 FROM {OracleName.Quote(child.Name)} c WHERE {IsChild(child, foreignKey)})";

    /// <summary>The row's number and the key, as text, of each of its children; where keys have no text, the number alone.</summary>
    public static string Children(TargetTable parent, TargetTable child, ForeignKey foreignKey, int row)
    {
        IEnumerable<string> keys = HasIdentity(child)
            ? child.PrimaryKey.Select((c, i) => $", {Column(child, c).IdentityExpression("c." + Name(child, c))} AS k{Number(i)}")
            : [];
        return $"SELECT {Number(row)} AS place{string.Concat(keys)} FROM {OracleName.Quote(parent.Name)} t JOIN "
            + $"{OracleName.Quote(child.Name)} c ON {IsChild(child, foreignKey)} WHERE {KeyMatch(parent, "r" + Number(row))}";
    }

    private static string IsChild(TargetTable child, ForeignKey foreignKey) => string.Join(
        " AND ", foreignKey.ParentColumns.Select((p, i) => $"c.{Name(child, foreignKey.Columns[i])} = t.{OracleName.Quote(p)}"));

    public static OracleColumn Column(TargetTable table, int ordinal) => (OracleColumn)table.Columns[ordinal].Converter;

    /// <summary>Every column of the primary key has a text that tells its values apart.</summary>
    public static bool HasIdentity(TargetTable table) => table.PrimaryKey.All(c => Column(table, c).IdentityExpression("") is not null);

    /// <summary>Name of a column's parameter.</summary>
    public static string Parameter(int ordinal) => "c" + Number(ordinal);

    private static IEnumerable<int> Settable(RowBatch rows) =>
        rows.Columns.Where(c => !rows.Table.PrimaryKey.Contains(c) && !rows.Table.Columns[c].IsInsertOnly);

    /// <summary>Long values last (ORA-24816).</summary>
    private static IEnumerable<int> Ordered(TargetTable table, IEnumerable<int> columns) => columns.OrderBy(c => Column(table, c).IsLong);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Name(TargetTable table, int ordinal) => Column(table, ordinal).Name;

    private static string Names(RowBatch rows) => string.Join(", ", rows.Columns.Select(c => Name(rows.Table, c)));

    private static string Value(TargetTable table, int ordinal, string prefix = "") =>
        Column(table, ordinal).Expression($":{prefix}{Parameter(ordinal)}");

    private static string KeyMatch(TargetTable table, string prefix) =>
        string.Join(" AND ", table.PrimaryKey.Select(c => $"t.{Name(table, c)} = {Value(table, c, prefix)}"));
}
