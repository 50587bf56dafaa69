using System.Globalization;
using Failback.Applier.Postgres.Connection;
using Failback.Applier.Postgres.Values;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;

namespace Failback.Applier.Postgres.Writing;

/// <summary>Texts of the bulk statements. Parameters are arrays, one per column of the batch, in its order.</summary>
internal static class PostgresSql
{
    public static string Upsert(RowBatch rows) => Upsert(rows, Values(rows, 0), Unnest(rows, 0, "u"));

    /// <summary>Upsert of rows that lie in a table whose columns are named by place.</summary>
    public static string Merge(RowBatch rows, string source, Func<int, string, string> expression) =>
        Upsert(rows, string.Join(", ", Places(rows).Select(p => expression(p, Element("u", p, 0)))), $"{source} AS u");

    /// <summary>
    /// Numbers of rows, and the place of the first column in each that would keep another value than the row carries; null: the server need
    /// not be asked.
    /// </summary>
    public static string? Changed(RowBatch rows) => Changed(rows, Numbered(rows, "u"), place => Value(rows, place, "u", 0));

    /// <summary>The same of rows that lie in a table whose columns are named by place.</summary>
    public static string? Changed(RowBatch rows, string source, Func<int, string, string> expression) =>
        Changed(rows, $"{source} AS u", place => expression(place, Element("u", place, 0)));

    private static string? Changed(RowBatch rows, string source, Func<int, string> value)
    {
        (int Place, string Condition)[] asked = [
            .. Places(rows).Where(p => IsChecked(rows, p))
                .Select(p => (p, Column(rows.Table, rows.Columns[p]).Changes(Element("u", p, 0), value(p))!))];
        if (asked.Length == 0) return null;
        string cases = string.Join(' ', asked.Select(a => $"WHEN {a.Condition} THEN {a.Place}"));
        return $"""
            SELECT place, changed FROM (SELECT u.place::int4 AS place, CASE {cases} END AS changed FROM {source}) AS asked
            WHERE changed IS NOT NULL
            """;
    }

    /// <summary>One column of a batch, cast as it is declared; its array is the only parameter.</summary>
    public static string Alone(RowBatch rows, int place) =>
        $"SELECT ({Value(rows, place, "u", 0)})::{Column(rows.Table, rows.Columns[place]).Type.Declared} FROM unnest($1) AS u(c{place})";

    /// <summary>The server is asked about values of the column.</summary>
    public static bool IsChecked(RowBatch rows, int place) =>
        Column(rows.Table, rows.Columns[place]).Type.Check != ServerCheck.None;

    private static string Upsert(RowBatch rows, string values, string source)
    {
        TargetTable table = rows.Table;
        string[] set = [.. rows.Columns.Where(c => IsSettable(table, c)).Select(c => $"{Name(table, c)} = EXCLUDED.{Name(table, c)}")];
        string action = set.Length == 0 ? "NOTHING" : "UPDATE SET " + string.Join(", ", set);
        return $"""
            INSERT INTO {PostgresName.Quote(table.Name)} AS t ({Names(rows)}) OVERRIDING SYSTEM VALUE
            SELECT {values} FROM {source}
            ON CONFLICT ({string.Join(", ", table.PrimaryKey.Select(c => Name(table, c)))}) DO {action}
            """;
    }

    /// <summary>For tables whose primary key cannot be a conflict target; null when there is nothing to set.</summary>
    public static string? Update(RowBatch rows)
    {
        TargetTable table = rows.Table;
        string[] set = [
            .. Places(rows).Where(p => IsSettable(table, rows.Columns[p]))
                .Select(p => $"{Name(table, rows.Columns[p])} = {Value(rows, p, "u", 0)}")];
        return set.Length == 0
            ? null
            : $"UPDATE {PostgresName.Quote(table.Name)} AS t SET {string.Join(", ", set)} FROM {Unnest(rows, 0, "u")} WHERE "
                + $"{KeyMatch(rows, "u", 0)}";
    }

    public static string InsertMissing(RowBatch rows) =>
        $"""
        INSERT INTO {PostgresName.Quote(rows.Table.Name)} ({Names(rows)}) OVERRIDING SYSTEM VALUE
        SELECT {Values(rows, 0)} FROM {Unnest(rows, 0, "u")}
        WHERE NOT EXISTS (SELECT 1 FROM {PostgresName.Quote(rows.Table.Name)} AS t WHERE {KeyMatch(rows, "u", 0)})
        """;

    public static string Delete(RowBatch keys) =>
        $"DELETE FROM {PostgresName.Quote(keys.Table.Name)} AS t USING {Unnest(keys, 0, "u")} WHERE {KeyMatch(keys, "u", 0)}";

    public static string Clear(RowBatch keys, IReadOnlyList<int> columns) =>
        $"""
        UPDATE {PostgresName.Quote(keys.Table.Name)} AS t SET {string.Join(", ", columns.Select(c => Name(keys.Table, c) + " = NULL"))}
        FROM {Unnest(keys, 0, "u")} WHERE {KeyMatch(keys, "u", 0)}
        """;

    /// <summary>The row with the key: a JSON text per column.</summary>
    public static string Row(RowBatch key) =>
        $"""
        SELECT {string.Join(", ", key.Table.Columns.Select(c => $"COALESCE(to_json(t.{PostgresName.Quote(c.Name)})::text, 'null')"))}
        FROM {PostgresName.Quote(key.Table.Name)} AS t JOIN {Unnest(key, 0, "u")} ON {KeyMatch(key, "u", 0)}
        """;

    /// <summary>
    /// Numbers, from 1, of the rows that are there, and the place of their first column that holds another value than the batch would put
    /// there. Texts of values in the column's own type tell any two apart, also where its equality or its collation does not.
    /// </summary>
    public static string Look(RowBatch rows)
    {
        string[] differs = [
            .. Places(rows).Where(p => !rows.Table.PrimaryKey.Contains(rows.Columns[p])).Select(
                p => string.Create(CultureInfo.InvariantCulture, $"WHEN {Differs(rows, p)} THEN {p}"))];
        return $"""
            SELECT u.place, {(differs.Length == 0 ? "NULL::int4" : $"CASE {string.Join(' ', differs)} END")}
            FROM {Numbered(rows, "u")} JOIN {PostgresName.Quote(rows.Table.Name)} AS t ON {KeyMatch(rows, "u", 0)}
            """;
    }

    private static string Differs(RowBatch rows, int place)
    {
        TargetColumn column = rows.Table.Columns[rows.Columns[place]];
        string given = $"({Value(rows, place, "u", 0)})::{column.Declaration}";
        return $"(t.{PostgresName.Quote(column.Name)}::text COLLATE \"C\") IS DISTINCT FROM (({given})::text COLLATE \"C\")";
    }

    private static IEnumerable<int> Places(RowBatch rows) => Enumerable.Range(0, rows.Columns.Length);

    internal static PostgresColumn Column(TargetTable table, int ordinal) => (PostgresColumn)table.Columns[ordinal].Converter;

    internal static string Name(TargetTable table, int ordinal) => PostgresName.Quote(table.Columns[ordinal].Name);

    private static string Names(RowBatch rows) => string.Join(", ", rows.Columns.Select(c => Name(rows.Table, c)));

    private static bool IsSettable(TargetTable table, int ordinal) =>
        !table.PrimaryKey.Contains(ordinal) && !table.Columns[ordinal].IsInsertOnly;

    private static string Element(string alias, int place, int shift) =>
        string.Create(CultureInfo.InvariantCulture, $"{alias}.c{place + shift}");

    private static string Value(RowBatch rows, int place, string alias, int shift) =>
        Column(rows.Table, rows.Columns[place]).Expression(Element(alias, place, shift));

    internal static string Key(RowBatch rows, int place, string alias, int shift) =>
        Column(rows.Table, rows.Columns[place]).KeyExpression(Element(alias, place, shift));

    private static string Values(RowBatch rows, int shift) => string.Join(", ", Places(rows).Select(p => Value(rows, p, "u", shift)));

    internal static string Unnest(RowBatch rows, int shift, string alias)
    {
        string arrays = string.Join(", ", Places(rows).Select(p => string.Create(CultureInfo.InvariantCulture, $"${p + shift + 1}")));
        string names = string.Join(", ", Places(rows).Select(p => string.Create(CultureInfo.InvariantCulture, $"c{p + shift}")));
        return $"unnest({arrays}) AS {alias}({names})";
    }

    /// <summary>The batch with the number of each row, from 1, as <c>place</c>.</summary>
    internal static string Numbered(RowBatch rows, string alias)
    {
        string arrays = string.Join(", ", Places(rows).Select(p => string.Create(CultureInfo.InvariantCulture, $"${p + 1}")));
        string names = string.Join(", ", Places(rows).Select(p => string.Create(CultureInfo.InvariantCulture, $"c{p}")));
        return $"unnest({arrays}) WITH ORDINALITY AS {alias}({names}, place)";
    }

    /// <summary>
    /// The rows that <paramref name="table"/> names have the keys of the batch, told from rows whose key is merely equal to them.
    /// </summary>
    internal static string KeyMatch(RowBatch rows, string alias, int shift, string table = "t") => string.Join(
        " AND ",
        rows.Table.PrimaryKey.Select(c => Same(
            Column(rows.Table, c), $"{table}.{Name(rows.Table, c)}", Key(rows, Array.IndexOf(rows.Columns, c), alias, shift))));

    /// <summary>Two values of a key column are the same; the first comparison is the one that an index answers.</summary>
    internal static string Same(PostgresColumn column, string one, string other) =>
        column.Type.Folds ? $"{one} = {other} AND ({one})::text COLLATE \"C\" = ({other})::text COLLATE \"C\"" : $"{one} = {other}";
}
