using System.Text.RegularExpressions;
using Failback.Applier.Oracle.Connection;

namespace Failback.Applier.Oracle.Values;

/// <summary>Reads the type of a column from a row of the catalogue's query.</summary>
internal static partial class OracleColumnType
{
    public static OracleType Read(OracleRecord row, OracleCharacterSet characters) => new()
    {
        Name = Digits().Replace(row.Text(3), ""),
        Bytes = row.MaybeNumber(4) ?? 0,
        Characters = row.MaybeNumber(5) ?? 0,
        CountsBytes = row.Text(6) == "B",
        Precision = row.MaybeNumber(7),
        Scale = row.MaybeNumber(8),
        IsNullable = row.Text(9) != "N",
        CharacterSet = characters,
    };

    /// <summary><c>TIMESTAMP(6) WITH TIME ZONE</c> has its digits in the columns for them too.</summary>
    [GeneratedRegex(@"\([0-9]+\)", RegexOptions.None, 1000)]
    private static partial Regex Digits();
}
