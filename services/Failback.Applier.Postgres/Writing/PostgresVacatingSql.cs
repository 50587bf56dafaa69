using System.Globalization;
using Failback.Applier.Postgres.Connection;
using Failback.Applier.Postgres.Values;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Apply.Writing;

namespace Failback.Applier.Postgres.Writing;

/// <summary>Texts of the statements that free unique values before they change hands.</summary>
internal static class PostgresVacatingSql
{
    /// <summary>
    /// Numbers, from 1, of rows about to be written, and keys, a text per column, of other rows that hold their values of the index.
    /// </summary>
    public static string Holders(UniqueIndex index, RowBatch rows)
    {
        TargetTable table = rows.Table;
        string keys = string.Join(", ", table.PrimaryKey.Select(c => $"t.{PostgresSql.Name(table, c)}::text"));
        string taken = string.Join(
            " AND ", index.Columns.Select(
                c => $"t.{PostgresSql.Name(table, c)} = {PostgresSql.Key(rows, Array.IndexOf(rows.Columns, c), "u", 0)}"));
        return $"""
            SELECT u.place, {keys} FROM {PostgresSql.Numbered(rows, "u")} JOIN {PostgresName.Quote(table.Name)} AS t ON {taken}
            WHERE NOT ({PostgresSql.KeyMatch(rows, "u", 0)})
            """;
    }

    /// <summary>Numbers, from 1, of the keys and of the holders that they equal; the holders' arrays follow those of the keys.</summary>
    public static string Match(RowBatch keys)
    {
        TargetTable table = keys.Table;
        int width = keys.Columns.Length;
        string arrays = string.Join(
            ", ", table.PrimaryKey.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"${width + i + 1}::text[]")));
        string names = string.Join(", ", table.PrimaryKey.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"k{i}")));
        string equal = string.Join(
            " AND ", table.PrimaryKey.Select((c, i) => Equal(c, string.Create(CultureInfo.InvariantCulture, $"h.k{i}"))));
        return $"""
            SELECT u.place, h.place FROM {PostgresSql.Numbered(keys, "u")}
            JOIN unnest({arrays}) WITH ORDINALITY AS h({names}, place) ON {equal}
            """;

        string Equal(int ordinal, string holder) => PostgresSql.Same(
            PostgresSql.Column(table, ordinal), Typed(PostgresSql.Column(table, ordinal), holder),
            PostgresSql.Key(keys, Array.IndexOf(keys.Columns, ordinal), "u", 0));
    }

    /// <summary>Gives a column of the index NULL or a value of chance.</summary>
    public static string Free(UniqueIndex index, RowBatch keys)
    {
        TargetTable table = keys.Table;
        int parked = Parked(index, table);
        string value = UniqueParking.TakesNull(index, table.Columns[parked]) ? "NULL" : PostgresSql.Column(table, parked).Placeholder!;
        return $"""
            UPDATE {PostgresName.Quote(table.Name)} AS t SET {PostgresSql.Name(table, parked)} = {value}
            FROM {PostgresSql.Unnest(keys, 0, "u")} WHERE {PostgresSql.KeyMatch(keys, "u", 0)}
            """;
    }

    /// <summary>Ordinal of the column that is given up; -1: none can be.</summary>
    public static int Parked(UniqueIndex index, TargetTable table) =>
        UniqueParking.Choose(index, table, ordinal => PostgresSql.Column(table, ordinal).Placeholder is not null);

    /// <summary>The text of a key column as a value of its type; where the elements of arrays are texts, in the column's own way.</summary>
    internal static string Typed(PostgresColumn column, string text) =>
        column.ElementType == "text" ? column.KeyExpression(text) : $"{text}::{column.Type.CastName}";
}
