using System.Globalization;
using Failback.Applier.Postgres.Connection;
using Failback.Applier.Postgres.Values;
using Failback.Apply.Tables;
using Failback.Apply.Values;

namespace Failback.Applier.Postgres.Advice;

/// <summary>Says how a column has to change so that a value fits: for people who look at a letter or a finding.</summary>
internal static class PostgresFit
{
    private const int LongestNumeric = 1000;

    // https://www.postgresql.org/docs/current/sql-altertable.html, https://www.postgresql.org/docs/current/sql-altertype.html
    public static string? Suggest(TargetTable table, TargetColumn column, RawValue value)
    {
        PostgresType type = ((PostgresColumn)column.Converter).Type;
        if (value.IsNull) return column.IsNullable ? null : DropNotNull(table, column);
        string text = value.Text();
        if (type.Kind == 'e')
            return type.Labels.Contains(text, StringComparer.Ordinal)
                ? null
                : $"ALTER TYPE {PostgresName.Quote(type.Schema)}.{PostgresName.Quote(type.Name)} ADD VALUE "
                    + $"'{text.Replace("'", "''", StringComparison.Ordinal)}';";
        string? fitting = type.Name switch
        {
            "int2" or "int4" or "int8" => Integer(type, value, text),
            "numeric" => Numeric(type, value, text),
            "varchar" or "bpchar" when type.Size is { } size && text.EnumerateRunes().Count() > size => "text",
            _ => null,
        };
        return fitting is null ? null : Retype(table, column, fitting);
    }

    public static string Retype(TargetTable table, TargetColumn column, string type) => Alter(table, column, $"TYPE {type}");

    public static string DropNotNull(TargetTable table, TargetColumn column) => Alter(table, column, "DROP NOT NULL");

    private static string Alter(TargetTable table, TargetColumn column, string change) =>
        $"ALTER TABLE {PostgresName.Quote(table.Name)} ALTER COLUMN {PostgresName.Quote(column.Name)} {change};";

    private static string? Integer(PostgresType type, RawValue value, string text)
    {
        if (value.IsString || !NumberText.IsNumber(text)) return null;
        if (NumberText.FractionDigits(text) > 0
            || !long.TryParse(NumberText.Canonical(text), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
            return "numeric";
        return type.Name switch
        {
            "int2" when number is < short.MinValue or > short.MaxValue => number is < int.MinValue or > int.MaxValue ? "bigint" : "integer",
            "int4" when number is < int.MinValue or > int.MaxValue => "bigint",
            _ => null,
        };
    }

    private static string? Numeric(PostgresType type, RawValue value, string text)
    {
        if (value.IsString || !NumberText.IsNumber(text) || type.Size is not { } precision || type.Scale is not { } scale) return null;
        long fraction = Math.Max(scale, NumberText.FractionDigits(text));
        long whole = Math.Max(precision - scale, NumberText.IntegerDigits(text));
        if (fraction == scale && whole == precision - scale) return null;
        return whole + fraction > LongestNumeric
            ? "numeric"
            : string.Create(CultureInfo.InvariantCulture, $"numeric({whole + fraction},{fraction})");
    }
}
