using System.Globalization;
using Failback.Applier.Postgres.Connection;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;

namespace Failback.Applier.Postgres.Writing;

/// <summary>
/// Texts of the questions about foreign keys. A null in a key satisfies it (MATCH SIMPLE); the server's own equality compares, as it does
/// when it checks a key.
/// </summary>
internal static class PostgresReferenceSql
{
    /// <summary>Numbers, from 1, of the keys whose rows have children.</summary>
    public static string Referenced(RowBatch keys, TargetTable child, ForeignKey foreignKey) =>
        $"""
        SELECT u.place FROM {PostgresSql.Numbered(keys, "u")} JOIN {PostgresName.Quote(keys.Table.Name)} AS t ON {PostgresSql.KeyMatch(keys, "u", 0)}
        WHERE EXISTS (SELECT 1 FROM {PostgresName.Quote(child.Name)} AS c WHERE {Match(child, "c", foreignKey, "t")})
        """;

    /// <summary>Numbers, from 1, of the keys, and the keys of the children of their rows, a text per column.</summary>
    public static string Children(RowBatch keys, TargetTable child, ForeignKey foreignKey)
    {
        string own = string.Join(", ", child.PrimaryKey.Select(c => $"c.{PostgresSql.Name(child, c)}::text"));
        return $"""
            SELECT u.place, {own} FROM {PostgresSql.Numbered(keys, "u")}
            JOIN {PostgresName.Quote(keys.Table.Name)} AS t ON {PostgresSql.KeyMatch(keys, "u", 0)}
            JOIN {PostgresName.Quote(child.Name)} AS c ON {Match(child, "c", foreignKey, "t")}
            """;
    }

    /// <summary>Numbers, from 1, of the keys whose rows reference a parent that is not there.</summary>
    public static string OrphansOf(RowBatch keys, ForeignKey foreignKey) =>
        $"""
        SELECT u.place FROM {PostgresSql.Numbered(keys, "u")} JOIN {PostgresName.Quote(keys.Table.Name)} AS t ON {PostgresSql.KeyMatch(keys, "u", 0)}
        WHERE {NotNull(keys.Table, "t", foreignKey)}
        AND NOT EXISTS (SELECT 1 FROM {PostgresName.Quote(foreignKey.Parent)} AS p WHERE {Match(keys.Table, "t", foreignKey, "p")})
        """;

    /// <summary>Numbers, from 1, of the keys whose rows are not there although children reference them.</summary>
    public static string Abandoned(RowBatch keys, TargetTable child, ForeignKey foreignKey)
    {
        IEnumerable<string> match = foreignKey.ParentColumns.Select(
            (p, i) => $"c.{PostgresSql.Name(child, foreignKey.Columns[i])} = {PostgresSql.Key(keys, PlaceOf(keys, p), "u", 0)}");
        return $"""
            SELECT u.place FROM {PostgresSql.Numbered(keys, "u")}
            WHERE EXISTS (SELECT 1 FROM {PostgresName.Quote(child.Name)} AS c WHERE {string.Join(" AND ", match)})
            AND NOT EXISTS (SELECT 1 FROM {PostgresName.Quote(keys.Table.Name)} AS t WHERE {PostgresSql.KeyMatch(keys, "u", 0)})
            """;
    }

    /// <summary>Numbers, from 1, of the keys whose rows have children, and what these reference, a text per column.</summary>
    public static string ReferencedValues(RowBatch keys, TargetTable child, ForeignKey foreignKey) =>
        $"""
        SELECT u.place, {string.Join(", ", foreignKey.ParentColumns.Select(p => $"t.{PostgresName.Quote(p)}::text"))}
        FROM {PostgresSql.Numbered(keys, "u")} JOIN {PostgresName.Quote(keys.Table.Name)} AS t ON {PostgresSql.KeyMatch(keys, "u", 0)}
        WHERE EXISTS (SELECT 1 FROM {PostgresName.Quote(child.Name)} AS c WHERE {Match(child, "c", foreignKey, "t")})
        """;

    /// <summary>Numbers, from 1, of values that children reference and no parent has; an array of texts per column.</summary>
    public static string AbandonedValues(TargetTable parent, TargetTable child, ForeignKey foreignKey)
    {
        int[] places = [.. Enumerable.Range(0, foreignKey.Columns.Count)];
        string arrays = string.Join(", ", places.Select(i => string.Create(CultureInfo.InvariantCulture, $"${i + 1}::text[]")));
        string names = string.Join(", ", places.Select(i => string.Create(CultureInfo.InvariantCulture, $"c{i}")));
        string[] values = [
            .. places.Select(i => PostgresVacatingSql.Typed(
                PostgresSql.Column(parent, parent.FindColumn(foreignKey.ParentColumns[i])),
                string.Create(CultureInfo.InvariantCulture, $"u.c{i}")))];
        string children = string.Join(" AND ", places.Select(i => $"c.{PostgresSql.Name(child, foreignKey.Columns[i])} = {values[i]}"));
        string parents = string.Join(" AND ", places.Select(i => $"p.{PostgresName.Quote(foreignKey.ParentColumns[i])} = {values[i]}"));
        return $"""
            SELECT u.place FROM unnest({arrays}) WITH ORDINALITY AS u({names}, place)
            WHERE EXISTS (SELECT 1 FROM {PostgresName.Quote(child.Name)} AS c WHERE {children})
            AND NOT EXISTS (SELECT 1 FROM {PostgresName.Quote(parent.Name)} AS p WHERE {parents})
            """;
    }

    private static int PlaceOf(RowBatch keys, string column) => Array.IndexOf(keys.Columns, keys.Table.FindColumn(column));

    private static string Match(TargetTable child, string own, ForeignKey foreignKey, string parent) => string.Join(
        " AND ", foreignKey.ParentColumns.Select(
            (p, i) => $"{own}.{PostgresSql.Name(child, foreignKey.Columns[i])} = {parent}.{PostgresName.Quote(p)}"));

    private static string NotNull(TargetTable child, string own, ForeignKey foreignKey) =>
        string.Join(" AND ", foreignKey.Columns.Select(c => $"{own}.{PostgresSql.Name(child, c)} IS NOT NULL"));
}
