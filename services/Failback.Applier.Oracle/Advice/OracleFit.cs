using System.Globalization;
using Failback.Applier.Oracle.Connection;
using Failback.Applier.Oracle.Values;
using Failback.Apply.Tables;
using Failback.Apply.Values;

namespace Failback.Applier.Oracle.Advice;

/// <summary>Says how a column has to change so that a value fits: for people who look at a letter or a finding.</summary>
internal static class OracleFit
{
    private const int MostDigits = 38;
    private const int LongestText = 4000;

    // https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/ALTER-TABLE.html
    public static string? Suggest(TargetTable table, TargetColumn column, RawValue value)
    {
        OracleType type = ((OracleColumn)column.Converter).Type;
        if (value.IsNull) return column.IsNullable ? null : DropNotNull(table, column);
        string text = value.Text();
        string? fitting = type.Name switch
        {
            "NUMBER" => Number(type, value, text),
            "VARCHAR2" when type.Characters > 0 && text.EnumerateRunes().Count() is var length && length > type.Characters
                && length <= LongestText => string.Create(CultureInfo.InvariantCulture, $"VARCHAR2({length} CHAR)"),
            _ => null,
        };
        return fitting is null ? null : Modify(table, column, fitting);
    }

    public static string DropNotNull(TargetTable table, TargetColumn column) => Modify(table, column, "NULL");

    public static string Modify(TargetTable table, TargetColumn column, string change) =>
        $"ALTER TABLE {OracleName.Quote(table.Name)} MODIFY ({OracleName.Quote(column.Name)} {change});";

    private static string? Number(OracleType type, RawValue value, string text)
    {
        if (value.IsString || !NumberText.IsNumber(text) || type.Precision is not { } precision)
            return null;
        int scale = type.Scale ?? 0;
        long whole = Math.Max(precision - scale, NumberText.IntegerDigits(text)),
            fraction = Math.Max(scale, NumberText.FractionDigits(text));
        if (whole == precision - scale && fraction == scale) return null;
        return whole + fraction > MostDigits
            ? "NUMBER"
            : string.Create(CultureInfo.InvariantCulture, $"NUMBER({whole + fraction},{fraction})");
    }
}
