using static Failback.Dialects.Tests.Values.ValueCase;

namespace Failback.Dialects.Tests.Values;

/// <summary>Values that a cast of PostgreSQL would round, cut, evaluate or strip of a part without a word.</summary>
internal static class PostgresCasts
{
    private const string Changed = "would keep another value";
    private const string Price = "CREATE DOMAIN amount AS numeric(5,2);\nCREATE DOMAIN price AS amount;\n";
    private const string Code = "CREATE DOMAIN word AS varchar(3);\nCREATE DOMAIN code AS word;\n";

    public static IReadOnlyList<ValueSet> Sets { get; } =
    [
        new("DECIMAL", "price", Kept("1.23", "1.23"), Kept("1.5", "1.50"),
            Refused("1.239", "column v: has more than 2 digits after the point"),
            Refused("\"1.239\"", "column v: has more than 2 digits after the point"),
            Refused("1234", "more than 3 digits before the point")) {
                Before = Price },
        new("STRING", "code", Kept("\"abc\"", "abc"), Refused("\"abcdef\"", "column v: text is longer than 3 characters"),
            Refused("\"abc \"", "longer than 3 characters")) { Before = Code },
        new("TIME", "moment", Kept("\"04:05:06\"", "04:05:06"), Refused("\"04:05:06.4\"", "more than 0 digits")) {
            Before = "CREATE DOMAIN moment AS time(0);\n" },
        new("BIT, VARBIT", "flags", Kept("\"101\"", "101"), Refused("\"1011\"", "column v: not 3 binary digits"),
            Refused("\"10\"", "not 3 binary digits")) {
            Before = "CREATE DOMAIN flags AS bit(3);\n" },
        new("DECIMAL[]", "price[]", Kept("[1.20, null]", "{1.20,NULL}"), Refused("[1.20, 1.239]", "column v: has more than 2 digits")) {
            Before = Price },
        new("DECIMAL[]", "prices", Kept("[1.20]", "{1.20}"), Refused("[1.239]", "more than 2 digits after the point")) {
            Before = "CREATE DOMAIN prices AS numeric(5,2)[];\n" },
        new("STRING[]", "code[]", Kept("[\"abc\", null]", "{abc,NULL}"), Refused("[\"abcdef\"]", "longer than 3 characters")) {
            Before = Code },
        new("INTERVAL[]", "span[]", Kept("[\"1 day\"]", "{\"1 day\"}"), Refused("[\"1 day 02:00:00\"]", Changed)) {
            Before = "CREATE DOMAIN span AS interval day;\n" },
        new("STRING", "numeric(5,2)[]", Kept("\"{{1.10,NULL},{2.20,3}}\"", "{{1.10,NULL},{2.20,3.00}}"),
            Refused("\"{1.239}\"", "more than 2 digits after the point"), Refused("\"[0:0]={1}\"", "not the text of an array"),
            Refused("\"{1,}\"", "not the text of an array"), Refused("1", "not an array")),
        new("STRING", "date[]", Kept("\"{2024-02-29}\"", "{2024-02-29}"), Refused("\"{today}\"", "not in a form of date")),
        new("STRING", "text[]", Kept("\"{\\\"a,\\\\\\\\b\\\", NULL ,\\\"NULL\\\"}\"", "{\"a,\\\\b\",NULL,\"NULL\"}"), Kept("\"{}\"", "{}")),
        new("DECIMAL", "numeric(5,-2)", Kept("12300", "12300"), Kept("0", "0"), Refused("12345", "other than 0 in the last 2 places"),
            Refused("0.5", "other than 0 in the last 2 places"), Refused("123456700", "more than 7 digits before the point")),
        new("DECIMAL", "numeric(2,4)", Kept("0.0012", "0.0012"), Refused("0.0123", "other than 0 in the first 2 places after the point"),
            Refused("0.00123", "more than 4 digits after the point")),
        new("STRING", "numeric(10,2)", Kept("\"12.50\"", "12.50"), Kept("\"1.25e1\"", "12.50"), Refused("\"12.505\"", "more than 2 digits"),
            Refused("\"1e-3\"", "more than 2 digits after the point"), Refused("\"0x1F\"", "not a number"),
            Refused("\" 1\"", "not a number"),
            Refused("\"1_000\"", "not a number"), Refused("\"1e99999999999999999999\"", "not a number"), Refused("\"1e\"", "not a number")),
        new("STRING", "integer", Kept("\"7.0\"", "7"), Refused("\"1e\"", "not a whole number"), Refused("\"1e5e5\"", "not a whole number"),
            Refused("\"1e99999999999999999999\"", "not a whole number")),
        new("DECIMAL", "money", Kept("12.34", "12.34"), Kept("\"12.34\"", "12.34"), Kept("-0.5", "-0.50"),
            Refused("12.345", $"column v: money {Changed}"),
            Refused("\"$12.34\"", "not a number")) {
                Show = "{0}::numeric::text", Rule = "as many digits as the database's locale gives it" },
        new("DECIMAL[]", "money[]", Kept("[12.34, null]", "{12.34,NULL}"), Refused("[12.345]", Changed)) { Show = "{0}::numeric[]::text" },
        new("DECIMAL", "double precision", Refused("1E-400", "more digits than double precision keeps"),
            Refused("1.2345678E-320", "more digits than double precision keeps")),
        new("STRING", "double precision", Kept("\"1.5\"", "1.5"), Refused("\"1e400\"", "out of range of float8"),
            Refused("\"infinity\"", "not a number")),
        new("FLOAT8", "real", Kept("0.5", "0.5"), Kept("0", "0"), Refused("1E-60", "out of range of real")),
        new("INTERVAL", "interval day to hour", Kept("\"1 day 04:00:00\"", "1 day 04:00:00"), Refused("\"1 day 04:05:00\"", Changed)),
        new("INTERVAL", "interval hour to minute", Kept("\"04:05:00\"", "04:05:00"),
            Refused("\"04:05:06\"", $"column v: interval hour to minute {Changed}")),
        new("INTERVAL", "interval year to month", Kept("\"1 year 2 mons\"", "1 year 2 mons"), Refused("\"1 year 3 days\"", Changed),
            Refused("\"1 day -24:00:00\"", Changed)),
        new("INTERVAL", "interval(3)", Kept("\"00:00:01.500\"", "00:00:01.5"), Refused("\"00:00:01.5004\"", "more than 3 digits")),
        new("INTERVAL", "interval day to second(0)", Kept("\"1 day 00:00:01\"", "1 day 00:00:01"),
            Refused("\"00:00:01.5\"", "more than 0 digits")),
        new("STRING", "interval", Kept("\"2 hours\"", "02:00:00"), Kept("\"1 week\"", "7 days"),
            Refused("\"1.5 months\"", "not in a form of interval"),
            Refused("\"00:00:00.0000001\"", "more than 6 digits"), Refused("\"\"", "not in a form of interval")),
        new("STRING", "date", Kept("\"2024-02-29\"", "2024-02-29"), Kept("\"2024-02-29 00:00:00\"", "2024-02-29"),
            Refused("\"2024-02-29 10:00:00\"", "column v: has a time of day that a date cannot keep"),
            Refused("\"2024-02-29T00:00:00+02:00\"", "offset that date cannot keep"), Refused("\"today\"", "not in a form of date"),
            Refused("\"29/02/2024\"", "not in a form of date"), Refused("\"-0043-03-15\"", "no such year")),
        new("STRING", "timestamp", Kept("\"2024-02-29 10:00:00\"", "2024-02-29 10:00:00"),
            Kept("\"2024-02-29 10:00:00+00\"", "2024-02-29 10:00:00"),
            Refused("\"2024-02-29 10:00:00+02\"", "column v: has an offset that timestamp cannot keep"),
            Refused("\"now\"", "not in a form of timestamp"),
            Refused("\"2024-02-29 10:00:00 CET\"", "not in a form of timestamp"),
            Refused("\"2024-02-29 24:00:00\"", "not in a form of timestamp"),
            Refused("\"2024-02-29 10:00:60\"", "not in a form of timestamp"),
            Refused("\"2024-02-29T10:00:00.1234567\"", "more than 6 digits")),
        new("STRING", "timestamptz", Kept("\"2024-02-29 10:00:00+02\"", "2024-02-29 08:00:00"),
            Refused("\"now\"", "not in a form of timestamptz")) {
            Show = "({0} AT TIME ZONE 'UTC')::text" },
        new("TIMETZ", "time", Kept("\"04:05:06+00\"", "04:05:06"),
            Refused("\"04:05:06+02\"", "column v: has an offset that time cannot keep")),
        new("STRING", "time", Kept("\"04:05\"", "04:05:00"), Refused("\"2024-02-29 04:05:06\"", "not in a form of time"),
            Refused("\"allballs\"", "not in a form of time"), Refused("\"04:05 PM\"", "not in a form of time")),
        new("STRING", "varbit", Refused("\"x1F\"", "not binary digits")),
        new("STRING", "varbit(3)", Kept("\"10\"", "10"), Refused("\"1011\"", "longer than 3 binary digits")),
        new("STRING", "oid", Refused("\"-1\"", "not an object number")),
        new("STRING", "daterange", Kept("\"[2024-02-29,2024-03-01)\"", "[2024-02-29,2024-03-01)"),
            Refused("\"[today,)\"", $"column v: daterange {Changed}"),
            Refused("\"[2024-02-29 10:00,)\"", Changed)),
        new("STRING", "point", Kept("\"(1,0.5)\"", "(1,0.5)"), Refused("\"(0.12345678901234567890,1)\"", Changed)),
        new("STRING", "part", Kept("\"(1.20,x)\"", "(1.20,x)"), Refused("\"(1.239,x)\"", $"column v: part {Changed}"),
            Refused("{\"n\": 1.239, \"s\": \"x\"}", "column v: ")) { Before = "CREATE TYPE part AS (n numeric(5,2), s text);\n" },
    ];
}
