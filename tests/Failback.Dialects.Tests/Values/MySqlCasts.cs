using static Failback.Dialects.Tests.Values.ValueCase;

namespace Failback.Dialects.Tests.Values;

/// <summary>Values that MySQL and MariaDB would round or cut with a note at most, and the ends of ranges.</summary>
internal static class MySqlCasts
{
    private const string Unaccepted = "value that the column's type does not accept";

    public static IReadOnlyList<ValueSet> Sets { get; } =
    [
        new("FLOAT4", "float", Kept("3.4028234663852886E+38", "3.4028234663852886e38"),
            Kept("-3.4028234663852886E+38", "-3.4028234663852886e38"), Kept("1.4E-45", "1.401298464324817e-45"),
            Kept("16777217", "16777216"), Refused("1E-60", "column v: out of range of float"),
            Refused("3.5E+38", "out of range of float")) {
                Show = "CAST({0} * 1e0 AS CHAR)" },
        new("FLOAT8", "double", Kept("1.7976931348623157E+308", "1.7976931348623157e308"), Kept("5E-324", "5e-324"),
            Refused("1E-400", "more digits than double keeps"), Refused("1.2345678E-320", "more digits than double keeps")) {
                Show = "CAST({0} AS CHAR)" },
        new("STRING", "double", Kept("\"1.5\"", "1.5"), Refused("\"1e400\"", "out of range of double"), Refused("\" 1\"", "not a number"),
            Refused("\"infinity\"", "not a number")),
        new("STRING", "int", Kept("\"7.0\"", "7"), Refused("\"1e\"", "not a whole number"),
            Refused("\"1e99999999999999999999\"", "not a whole number"), Refused("\"7.5\"", "not a whole number")),
        new("STRING", "decimal(10,2)", Kept("\"12.50\"", "12.50"),
            Refused("\"12.505\"", "column v: has more than 2 digits after the point"),
            Refused("\"1e-3\"", "more than 2 digits after the point"), Refused("\"12,5\"", "not a number")),
        new("STRING", "tinytext CHARACTER SET latin1", Kept($"\"{new string('x', 254)} \"", "255"),
            Refused($"\"{new string('x', 255)} \"", "longer than 255 bytes")) { Show = "LENGTH({0})" },
        new("STRING", "date", Kept("\"2024-02-29 00:00:00\"", "2024-02-29"),
            Refused("\"2024-02-29 10:00:00\"", "column v: has a time of day that a date cannot keep"), Refused("\"today\"", "not a date"),
            Refused("\"0000-00-00\"", "year is not between"), Refused("\"2024-00-10\"", Unaccepted), Refused("\"2024-02-30\"", Unaccepted)),
        new("STRING", "datetime", Kept("\"2024-02-29 10:00:00\"", "2024-02-29 10:00:00"),
            Refused("\"2024-02-29 10:00:60\"", Unaccepted), Refused("\"2024-02-29 10:00:00+02\"", "column v: has an offset from UTC"),
            Refused("\"now\"", "not a date or time")),
        new("TIMESTAMPTZ", "timestamp NULL", Kept("\"2038-01-19T03:14:07Z\"", "2038-01-19 03:14:07"),
            Refused("\"2038-01-19T03:14:08Z\"", Unaccepted)) { Server = MySqlValueTable.MySql },
        new("TIMESTAMPTZ", "timestamp NULL", Kept("\"2038-01-19T03:14:08Z\"", "2038-01-19 03:14:08"),
            Refused("\"2106-02-07T06:28:16Z\"", Unaccepted)) { Server = MySqlValueTable.MariaDb },
        new("STRING", "vector(2)", Kept("\"[0.1,1]\"", "CDCCCC3D0000803F"),
            Refused("\"[0.12345678901,1]\"", "no number of single precision"),
            Refused("\"0.1\"", "not a list of numbers")) { Show = "HEX({0})" },
    ];
}
