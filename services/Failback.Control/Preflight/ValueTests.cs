using System.Globalization;
using System.Numerics;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Source;

namespace Failback.Control.Preflight;

/// <summary>
/// Decides which values of a column of the source its counterpart cannot hold. What is here is what <c>docs/reference/types.md</c> sends to
/// the dead letters.
/// </summary>
internal static class ValueTests
{
    /// <summary>Conditions on one column; none where every value fits.</summary>
    public static IEnumerable<ValueTest> Of(TableRoute route, SourceColumn column, TargetColumnSummary there)
    {
        if (there.Generated) yield break;
        string name = SqlText.Name("\"" + column.Name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"");
        if (column.Nullable && !there.Nullable)
            yield return new ValueTest(
                $"{name} IS NULL",
                Check(PreflightCodes.NullValues, route, $"{column.Name} holds NULL at the source and may not in the target",
                    there.DropNotNull));
        string[] conditions = [.. TooLarge(column, there, name)];
        if (conditions.Length > 0)
            yield return new ValueTest(
                string.Join(" OR ", conditions),
                Check(PreflightCodes.ValueTooLarge, route, $"{column.Name} holds values that {Shown(there)} cannot",
                    there.Fit));
    }

    private static IEnumerable<string> TooLarge(SourceColumn column, TargetColumnSummary there, string name) => column.Type switch
    {
        "bigint" or "integer" or "smallint" => Integers(there, name),
        "numeric" => Decimals(there, name),
        "text" or "character varying" or "character" or "user-defined" => Texts(there, $"{name}::STRING"),
        "uuid" => IsText(there) ? Texts(there, $"{name}::STRING") : [],
        "bytea" => Bytes(there, name),
        "date" or "timestamp without time zone" or "timestamp with time zone" => Times(column, there, name),
        _ => [],
    };

    private static IEnumerable<string> Integers(TargetColumnSummary there, string name)
    {
        if (IsText(there))
        {
            foreach (string condition in Texts(there, $"{name}::STRING")) yield return condition;
        }
        else if (Range(there) is { } range)
        {
            if (range.Least > long.MinValue) yield return $"{name} < {range.Least}";
            if (range.Most < long.MaxValue) yield return $"{name} > {range.Most}";
        }
    }

    private static IEnumerable<string> Decimals(TargetColumnSummary there, string name)
    {
        if (IsDecimal(there) && there.Size is { } size)
        {
            yield return $"abs({name}) >= 1{new string('0', Math.Max(0, size - (there.Scale ?? 0)))}::DECIMAL";
            yield return $"{name} <> round({name}, {there.Scale ?? 0})";
        }
        else if (!IsDecimal(there) && Range(there) is { } range)
        {
            yield return $"{name} < {range.Least}";
            yield return $"{name} > {range.Most}";
            yield return $"{name} <> round({name}, 0)";
        }
        else if (IsText(there))
        {
            foreach (string condition in Texts(there, $"{name}::STRING")) yield return condition;
        }
    }

    private static IEnumerable<string> Texts(TargetColumnSummary there, string text)
    {
        if (!IsText(there)) yield break;
        if (there.Size is > 0 and var size) yield return $"length({text}) > {size}";
        if (there.MaxBytes is > 0 and < int.MaxValue and var bytes && bytes < 4L * (there.Size ?? int.MaxValue))
            yield return $"octet_length({text}) > {bytes}";
    }

    private static IEnumerable<string> Bytes(TargetColumnSummary there, string name)
    {
        bool binary = there.TypeName.ToLowerInvariant() is "binary" or "varbinary" or "tinyblob" or "blob" or "mediumblob" or "raw";
        if (binary && (there.MaxBytes ?? there.Size) is > 0 and < int.MaxValue and var size) yield return $"octet_length({name}) > {size}";
    }

    private static IEnumerable<string> Times(SourceColumn column, TargetColumnSummary there, string name)
    {
        if (there.Moments is not { } limits) yield break;
        if (limits.Earliest is { } earliest) yield return $"{name} < '{earliest}'";
        if (limits.Latest is { } latest) yield return $"{name} > '{latest}'";
        if (limits.Unit is { } unit && column.Type != "date") yield return $"{name} <> date_trunc('{unit}', {name})";
    }

    private static bool IsText(TargetColumnSummary there) =>
        there.TypeName.ToLowerInvariant() is "varchar" or "bpchar" or "char" or "varchar2" or "nvarchar2" or "nchar" or "tinytext" or "text"
        or "mediumtext" or "longtext" or "clob";

    private static bool IsDecimal(TargetColumnSummary there) => there.TypeName.ToLowerInvariant() is "numeric" or "decimal" or "number";

    private static (BigInteger Least, BigInteger Most)? Range(TargetColumnSummary there)
    {
        if (IsDecimal(there))
            return there.Size is { } digits && Math.Max(0, digits - (there.Scale ?? 0)) is var whole
                ? (1 - BigInteger.Pow(10, whole), BigInteger.Pow(10, whole) - 1)
                : null;
        int? bits = there.TypeName.ToLowerInvariant() switch
        {
            "tinyint" => 8,
            "int2" or "smallint" => 16,
            "mediumint" => 24,
            "int4" or "int" or "integer" => 32,
            "int8" or "bigint" => 64,
            _ => null,
        };
        return bits is not { } width
            ? null
            : there.NonNegative
            ? (0, BigInteger.Pow(2, width) - 1)
            : (-BigInteger.Pow(2, width - 1), BigInteger.Pow(2, width - 1) - 1);
    }

    private static string Shown(TargetColumnSummary there) => there.Declaration.Length > 0
        ? there.Declaration
        : there.TypeName
        + (there.Size is { } size
            ? string.Create(CultureInfo.InvariantCulture, $"({size}{(there.Scale is { } scale ? $",{scale}" : "")})")
            : "");

    private static Check Check(string code, TableRoute route, string message, string? fix) =>
        new(code, Severity.Error, "target", route.Target, message, fix);
}
