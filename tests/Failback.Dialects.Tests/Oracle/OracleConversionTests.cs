using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Failback.Applier.Oracle.Values;
using Failback.Apply.Failures;
using Failback.Apply.Values;
using Failback.Dialects.Tests.Values;
using Xunit;

namespace Failback.Dialects.Tests.Oracle;

/// <summary>Columns that the stand-in server does not have: what the driver is given for a value. A real server has not seen it.</summary>
public sealed partial class OracleConversionTests
{
    public static TheoryData<int, string> Sets =>
        new(OracleValueTable.Sets.Index().Where(s => s.Item.Server == OracleValueTable.ByConversion).Select(s => (s.Index, s.Item.Name)));

    [Theory]
    [MemberData(nameof(Sets))]
    public void A_value_is_given_to_the_driver_exactly_or_refused_with_its_reason(int set, string name)
    {
        ValueSet values = OracleValueTable.Sets[set];
        Assert.Equal(name, values.Name);
        OracleColumn column = OracleValues.For("V", Type(values.Column));
        Assert.Equal(
            values.Cases.Select(c => $"{c.Json} -> {c.Stored ?? "refused: " + c.Refusal}"),
            values.Cases.Select(c => $"{c.Json} -> {Found(column, c)}"));
    }

    private static string Found(OracleColumn column, ValueCase wanted)
    {
        (object? value, Failure? fault) = column.Bind(new RawValue(Encoding.UTF8.GetBytes(wanted.Json)));
        if (fault is not null)
            return "refused: "
                + (wanted.Refusal is { } part && fault.Message.Contains(part, StringComparison.Ordinal) ? part : fault.Message);
        return value is byte[] bytes ? Convert.ToHexString(bytes) : (string?)value ?? "-";
    }

    /// <summary>The type as the dictionary would describe the column.</summary>
    private static OracleType Type(string column)
    {
        string set = column.Contains(" in ", StringComparison.Ordinal)
            ? column[(column.IndexOf(" in ", StringComparison.Ordinal) + 4)..]
            : "AL32UTF8";
        Match match = Declaration().Match(column.Split(" in ")[0]);
        int? first = match.Groups["first"].Length > 0 ? int.Parse(match.Groups["first"].Value, CultureInfo.InvariantCulture) : null;
        int? second = match.Groups["second"].Length > 0 ? int.Parse(match.Groups["second"].Value, CultureInfo.InvariantCulture) : null;
        string name = Digits().Replace(column.Split(" in ")[0], "").ToUpperInvariant().Trim();
        bool isInterval = name.StartsWith("INTERVAL", StringComparison.Ordinal);
        bool isTime = name.StartsWith("TIMESTAMP", StringComparison.Ordinal);
        return new OracleType
        {
            Name = name == "INTEGER" ? "NUMBER" : name,
            Characters = first ?? 0,
            Bytes = match.Groups["unit"].Value == "BYTE" ? first ?? 0 : (first ?? 0) * 4,
            CountsBytes = match.Groups["unit"].Value == "BYTE",
            Precision = isTime ? null : first,
            Scale = name == "INTEGER"
                ? 0
                : isTime
                ? first
                : isInterval && match.Groups["fraction"].Length > 0
                ? int.Parse(match.Groups["fraction"].Value, CultureInfo.InvariantCulture)
                : second,
            CharacterSet = OracleCharacterSet.Of(set),
        };
    }

    [GeneratedRegex(
        @"\A[^(]*(\((?<first>\d+)(,(?<second>-?\d+))?( (?<unit>BYTE|CHAR))?\)[^(]*(\((?<fraction>\d+)\))?)?", RegexOptions.ExplicitCapture)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\([^)]*\)")]
    private static partial Regex Digits();
}
