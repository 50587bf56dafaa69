using System.Globalization;
using Failback.Applier.MySql.Connection;
using Failback.Applier.MySql.Values;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;

namespace Failback.Applier.MySql.Writing;

/// <summary>
/// Statements that join a table with rows written into their text. The rows come first and the table is looked up by its primary key
/// (STRAIGHT_JOIN, FORCE INDEX: the statistics of a table that was just filled or emptied mislead the server), so that no other row is read
/// or locked. No temporary table, and so no privilege for one, is needed.
/// https://dev.mysql.com/doc/refman/8.4/en/values.html, https://mariadb.com/kb/en/table-value-constructors/
/// </summary>
internal static class MySqlJoins
{
    private const string Rows = "i";
    private const string Table = "t";

    /// <summary>The server can look rows up by this key with a value of another table.</summary>
    public static bool Serve(TargetTable table) => table.PrimaryKey.All(c => MySqlSql.Column(table, c).JoinKey("") is not null);

    /// <summary>Updates the rows that are there; counts those that were found.</summary>
    public static MySqlJoin Update(RowBatch rows, MySqlServer server)
    {
        TargetTable table = rows.Table;
        string[] set = [
            .. MySqlSql.Settable(rows).Select(c => $"{Table}.{MySqlSql.Column(table, c).Name} = {Value(rows, c)}")
                .Concat(MySqlSql.Kept(table, rows.Columns).Select(name => $"{Table}.{name} = {Table}.{name}"))];
        string key = $"{Table}.{MySqlSql.Column(table, table.PrimaryKey[0]).Name}";
        return Join(
            rows,
            server,
            "UPDATE ",
            $" STRAIGHT_JOIN {MySqlName.Quote(table.Name)} AS {Table} FORCE INDEX (PRIMARY) ON {Match(rows)} SET "
                + $"{(set.Length == 0 ? $"{key} = {key}" : string.Join(", ", set))}");
    }

    /// <summary>Inserts the rows that are not there.</summary>
    public static MySqlJoin InsertMissing(RowBatch rows, MySqlServer server)
    {
        TargetTable table = rows.Table;
        return Join(
            rows,
            server,
            $"INSERT INTO {MySqlName.Quote(table.Name)} ({string.Join(", ", rows.Columns.Select(c => MySqlSql.Column(table, c).Name))}) "
                + $"SELECT {string.Join(", ", rows.Columns.Select(c => Value(rows, c)))} FROM ",
            $" LEFT JOIN {MySqlName.Quote(table.Name)} AS {Table} FORCE INDEX (PRIMARY) ON {Match(rows)} WHERE "
                + $"{Table}.{MySqlSql.Column(table, table.PrimaryKey[0]).Name} IS NULL");
    }

    private static MySqlJoin Join(RowBatch rows, MySqlServer server, string before, string after)
    {
        string names = string.Join(", ", rows.Columns.Select((_, place) => $"NULL AS {Cell(place)}"));
        string values = string.Join(", ", rows.Columns.Select(static _ => "?"));
        (string start, string item, string separator) = server switch
        {
            { IsMariaDb: true } => ("VALUES ", $"({values})", ", "),
            { HasRowValues: true } => ("VALUES ", $"ROW({values})", ", "),
            _ => ("", $"SELECT {values}", " UNION ALL "),
        };
        return new MySqlJoin($"{before}(SELECT {names} FROM DUAL WHERE 1 = 0 UNION ALL {start}", item, separator, $") AS {Rows}{after}");
    }

    private static string Match(RowBatch rows) => string.Join(" AND ", rows.Table.PrimaryKey.Select(c =>
    {
        MySqlColumn column = MySqlSql.Column(rows.Table, c);
        string cell = $"{Rows}.{Cell(Array.IndexOf(rows.Columns, c))}";
        string equal = $"{Table}.{column.Name} = {column.JoinKey(cell)}";
        return column.Type.Folds
            ? $"{equal} AND CAST(CONVERT({Table}.{column.Name} USING utf8mb4) AS BINARY) = CAST({cell} AS BINARY)"
            : equal;
    }));

    private static string Value(RowBatch rows, int ordinal) =>
        MySqlSql.Column(rows.Table, ordinal).Expression.Replace(
            "?", $"{Rows}.{Cell(Array.IndexOf(rows.Columns, ordinal))}", StringComparison.Ordinal);

    private static string Cell(int place) => string.Create(CultureInfo.InvariantCulture, $"c{place}");
}

/// <summary>Parts of a statement over rows: its start, one row, what stands between rows, its end.</summary>
internal sealed record MySqlJoin(string Prefix, string Row, string Separator, string Suffix);
