using System.Globalization;
using Failback.Applier.MySql.Connection;
using Failback.Applier.MySql.Values;
using Failback.Apply.Tables;
using Failback.Apply.Values;

namespace Failback.Applier.MySql.Advice;

/// <summary>
/// Says how a column has to change so that a value fits: for people who look at a letter or a finding. MODIFY forgets a column's default
/// and comment.
/// </summary>
internal static class MySqlFit
{
    private const int MostDigits = 65;
    private const int MostFraction = 30;

    // https://dev.mysql.com/doc/refman/8.4/en/alter-table.html
    public static string? Suggest(TargetTable table, TargetColumn column, RawValue value)
    {
        MySqlType type = ((MySqlColumn)column.Converter).Type;
        if (value.IsNull) return column.IsNullable ? null : DropNotNull(table, column);
        string text = value.Text();
        string? fitting = type.Name switch
        {
            "tinyint" or "smallint" or "mediumint" or "int" or "bigint" => Integer(type, value, text),
            "decimal" => Decimal(type, value, text),
            "char" or "varchar" when type.Size is { } size && text.EnumerateRunes().Count() > size => "longtext",
            "enum" when !type.Labels.Contains(text, StringComparer.Ordinal) =>
                $"enum({string.Join(",", type.Labels.Append(text).Select(Literal))})",
            _ => null,
        };
        return fitting is null ? null : Modify(table, column, fitting, column.IsNullable);
    }

    public static string DropNotNull(TargetTable table, TargetColumn column) =>
        Modify(table, column, ((MySqlColumn)column.Converter).Type.Declared, nullable: true);

    public static string Modify(TargetTable table, TargetColumn column, string type, bool nullable) =>
        $"ALTER TABLE {MySqlName.Quote(table.Name)} MODIFY {MySqlName.Quote(column.Name)} {type}{(nullable ? " NULL" : " NOT NULL")};";

    private static string? Integer(MySqlType type, RawValue value, string text)
    {
        if (value.IsString || !NumberText.IsNumber(text)) return null;
        if (NumberText.FractionDigits(text) > 0) return Digits(NumberText.IntegerDigits(text), NumberText.FractionDigits(text));
        if (!long.TryParse(NumberText.Canonical(text), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
            return Digits(NumberText.IntegerDigits(text), 0);
        (long low, long high) = Range(type);
        return number >= low && number <= high ? null : "bigint";
    }

    private static (long Low, long High) Range(MySqlType type)
    {
        int bits = type.Name switch { "tinyint" => 8, "smallint" => 16, "mediumint" => 24, "int" => 32, _ => 64 };
        if (bits == 64) return (type.IsUnsigned ? 0 : long.MinValue, long.MaxValue);
        return type.IsUnsigned ? (0, (1L << bits) - 1) : (-(1L << (bits - 1)), (1L << (bits - 1)) - 1);
    }

    private static string? Decimal(MySqlType type, RawValue value, string text)
    {
        if (value.IsString || !NumberText.IsNumber(text) || type.Size is not { } precision || type.Scale is not { } scale) return null;
        long whole = Math.Max(precision - scale, NumberText.IntegerDigits(text)),
            fraction = Math.Max(scale, NumberText.FractionDigits(text));
        return whole == precision - scale && fraction == scale ? null : Digits(whole, fraction);
    }

    /// <summary>Null: no decimal has so many.</summary>
    private static string? Digits(long whole, long fraction) =>
        fraction > MostFraction || whole + fraction > MostDigits
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"decimal({whole + fraction},{fraction})");

    private static string Literal(string label) => "'" + label.Replace("'", "''", StringComparison.Ordinal) + "'";
}
