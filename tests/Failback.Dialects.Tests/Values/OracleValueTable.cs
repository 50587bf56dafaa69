using static Failback.Dialects.Tests.Values.ValueCase;

namespace Failback.Dialects.Tests.Values;

/// <summary>Values into Oracle. Types that the stand-in server lacks are looked at where they become driver values.</summary>
internal static class OracleValueTable
{
    /// <summary>Columns that only a real Oracle has: what is stored is what the driver is given.</summary>
    public const string ByConversion = "as given to the driver";

    private const string Hex = "UPPER(RAWTOHEX({0}))";
    private const string Plain = "TO_CHAR({0}, 'TM9')";
    private const string Day = "TO_CHAR({0}, 'YYYY-MM-DD HH24:MI:SS')";
    private const string Micros = "TO_CHAR({0}, 'YYYY-MM-DD HH24:MI:SS.FF6')";
    private const string Zoned = "TO_CHAR({0}, 'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM')";
    private const string Digits38 = "12345678901234567890123456789012345678";
    private const string Uuid = "\"58390d92-2472-43e1-86bc-1642395e8dad\"";
    private const string UuidHex = "58390D92247243E186BC1642395E8DAD";

    public static IReadOnlyList<ValueSet> Sets { get; } =
    [
        new("BOOL", "number(1)", Kept("true", "1"), Kept("false", "0"), Kept("null", "-")) { Show = Plain },
        new("BOOL", "char(1)", Kept("true", "Y"), Kept("false", "N"), Kept("\"T\"", "T")) { Rule = "other words by a rule of the column" },
        new("BOOL", "varchar2(5 CHAR)", Kept("true", "true")),
        new("BOOL", "boolean", Kept("true", "true"), Kept("false", "false")) {
            Show = "CASE WHEN {0} THEN 'true' ELSE 'false' END", Rule = "23ai" },
        new("INT2, STRING", "boolean", Kept("1", "true"), Kept("\"N\"", "false"), Refused("2", "not a boolean"),
            Refused("\"maybe\"", "not a boolean")) { Show = "CASE WHEN {0} THEN 'true' ELSE 'false' END" },
        new("INT2, INT4, INT8, SERIAL", "number(5)", Kept("-32768", "-32768"), Kept("99999", "99999"),
            Refused("100000", "more than 5 digits before the point")) { Show = Plain },
        new("INT4, INT8", "integer", Kept("9223372036854775807", "9223372036854775807"), Kept("9007199254740993", "9007199254740993")) {
            Show = Plain, Server = ByConversion },
        new("INT8", "number", Kept("9223372036854775807", "9223372036854775807"), Kept("9007199254740993", "9007199254740993")) {
            Show = Plain },
        new("INT8", "varchar2(20 CHAR)", Kept("-5", "-5")),
        new("DECIMAL", "number(38)", Kept(Digits38, Digits38), Kept("-" + Digits38, "-" + Digits38), Kept("1E+2", "100"), Kept("5.00", "5"),
            Refused("5.5", "more than 0 digits after the point"), Refused(Digits38 + "9", "more than 38 digits")) { Show = Plain },
        new("DECIMAL", "number(10,2)", Kept("1.10", "1.1"), Kept("4E+2", "400"), Kept("-0", "0"),
            Refused("1.234", "more than 2 digits after the point"), Refused("123456789", "more than 8 digits before the point"),
            Refused("\"NaN\"", "no NaN"), Refused("\"Infinity\"", "no NaN")) { Show = Plain },
        new("DECIMAL", "number", Kept("1E-7", "0.0000001"), Kept("0." + Digits38, "0." + Digits38),
            Refused(Digits38 + "." + Digits38, "more than 38 digits"), Kept("1E+125", "1E125"), Refused("1E+126", "out of range of NUMBER"),
            Refused("1E-131", "out of range of NUMBER")) { Server = ByConversion },
        new("DECIMAL", "number(5,-2)", Kept("1200", "1200"), Refused("1250", "other than 0 in the last 2 places"),
            Refused("12345600", "before the point")) { Server = ByConversion },
        new("FLOAT8, FLOAT4", "float(126)", Kept("0.1", "0.1"), Kept("1.2E+2", "120"), Refused("\"NaN\"", "no NaN")) {
            Server = ByConversion },
        new("FLOAT4", "float(24)", Kept("0.5", "0.5"), Refused("0.123456789", "more than 8 digits")) {
            Server = ByConversion, Rule = "binary digits count as decimal ones times 0.30103" },
        new("FLOAT8", "binary_double", Kept("0.1", "0.1"), Kept("1E+100", "1E+100"), Kept("\"NaN\"", "NaN"),
            Kept("\"-Infinity\"", "-Infinity"), Refused("1E+400", "out of range")) { Show = "{0}" },
        new("FLOAT8", "binary_double", Kept("-0", "-0"), Kept("\"Infinity\"", "INF")) { Server = ByConversion },
        new("DECIMAL", "binary_double", Kept("0.25", "0.25"),
            Refused("0.12345678901234567890123", "more digits than BINARY_DOUBLE keeps")) { Show = "{0}" },
        new("FLOAT4", "binary_float", Kept("0.10000000149011612", "0.1"), Refused("1E+39", "out of range of BINARY_FLOAT")) {
            Rule = "the nearest number of the column", Show = "{0}" },
        new("STRING, VARCHAR, COLLATE, CITEXT", "varchar2(5 CHAR)", Kept("\"Ärger\"", "Ärger"), Kept("\"😀\"", "😀"), Kept("\"a \"", "a "),
            Kept("\"\"", "-"), Refused("\"toolong\"", "longer than 5 characters")) { Rule = "an empty text is NULL" },
        new("STRING", "varchar2(5 CHAR)", Kept("\"😀😀😀😀😀\"", "😀😀😀😀😀")) { Server = ByConversion, Rule = "characters, not bytes" },
        new("STRING", "varchar2(5 CHAR) NOT NULL", Kept("\"x\"", "x"), Refused("\"\"", "an empty value is NULL in Oracle"),
            Refused("null", "null in a column that does not allow it")),
        new("STRING, NAME, \"char\"", "varchar2(5 BYTE)", Kept("\"abcde\"", "abcde"), Refused("\"Ärger\"", "longer than 5 bytes")) {
            Server = ByConversion },
        new("STRING", "nvarchar2(4)", Kept("\"łódź\"", "łódź"), Kept("\"😀😀\"", "😀😀"),
            Refused("\"😀😀😀\"", "longer than 4 characters")) { Server = ByConversion, Rule = "a 4-byte character counts twice" },
        new("CHAR, STRING", "char(5 CHAR)", Kept("\"abc\"", "abc"), Refused("\"toolong\"", "longer than 5 characters")) {
            Show = "RTRIM({0})", Rule = "filled up with blanks, which do not count in comparisons" },
        new("STRING", "clob", Kept("\"a\\u0000b 😀\"", "a\u0000b 😀"), Kept("\"\"", "-")),
        new("STRING", "clob", Kept($"\"{new string('ß', 40_000)}\"", "40000")) { Show = "LENGTH({0})", Rule = "any length" },
        new("STRING", "nclob", Kept("\"łódź\"", "łódź")),
        new("STRING", "varchar2(9 CHAR) in WE8MSWIN1252", Kept("\"Ärger €\"", "Ärger €"),
            Refused("\"łódź\"", "a character that the database's character set lacks")) {
                Server = ByConversion, Rule = "and of other databases that are not Unicode" },
        new("STRING", "long", Kept("\"x\"", "x")) { Server = ByConversion },
        new("STRING", "xmltype", Kept("\"<a/>\"", "<a/>")) { Server = ByConversion },
        new("STRING", "rowid", Refused("\"AAA\"", "type ROWID cannot be written"), Kept("null", "-")) { Server = ByConversion },
        new("ENUM", "varchar2(10 CHAR)", Kept("\"open\"", "open")),
        new("BYTES", "raw(4)", Kept("\"\\\\x00ff\"", "00FF"), Kept("\"\\\\x\"", "-"), Refused("\"\\\\x0011223344\"", "longer than 4 bytes"),
            Refused("\"plain\"", "not bytes in hexadecimal form")) { Show = Hex, Rule = "no bytes are NULL" },
        new("BYTES", "blob", Kept("\"\\\\x275c00\"", "275C00")) { Show = Hex },
        new("BYTES", "blob", Kept($"\"\\\\x{new string('a', 80_000)}\"", "40000")) { Show = "LENGTH({0})", Rule = "any length" },
        new("BYTES", "long raw", Kept("\"\\\\xff\"", "FF")) { Server = ByConversion },
        new("UUID", "raw(16)", Kept(Uuid, UuidHex), Kept($"\"\\\\x{UuidHex.ToLowerInvariant()}\"", UuidHex)) {
            Show = Hex, Rule = "most significant byte first; other orders by a rule of the column" },
        new("UUID", "varchar2(36 CHAR)", Kept(Uuid, Uuid.Trim('"'))),
        new("UUID", "char(36)", Kept(Uuid, Uuid.Trim('"'))),
        new("DATE", "date", Kept("\"2024-02-29\"", "2024-02-29 00:00:00"), Kept("\"0044-03-15 BC\"", "-0044-03-15 00:00:00"),
            Kept("\"1582-10-15\"", "1582-10-15 00:00:00"), Refused("\"infinity\"", "not a date"),
            Refused("\"10000-01-01\"", "year is not between"), Refused("\"1582-10-10\"", "a day that Oracle's calendar does not have")) {
                Server = ByConversion, Rule = "midnight" },
        new("DATE", "date", Kept("\"2024-02-29\"", "2024-02-29 00:00:00"), Kept("\"0001-01-01\"", "0001-01-01 00:00:00"),
            Kept("\"9999-12-31\"", "9999-12-31 00:00:00")) { Show = Day, Rule = "midnight" },
        new("TIMESTAMP", "date", Kept("\"2024-02-29T23:59:59\"", "2024-02-29 23:59:59"),
            Refused("\"2024-02-29T23:59:59.5\"", "a fraction of a second that the column cannot keep")) { Show = Day },
        new("TIMESTAMPTZ", "date", Kept("\"2024-02-29T22:59:59Z\"", "2024-02-29 22:59:59")) { Show = Day, Rule = "in UTC" },
        new("TIMESTAMP", "timestamp(3)", Kept("\"2024-02-29T23:59:59.120\"", "2024-02-29 23:59:59.120000"),
            Refused("\"2024-02-29T23:59:59.1234\"", "more than 3 digits")) { Show = Micros },
        new("TIMESTAMP", "timestamp(6)", Kept("\"9999-12-31T23:59:59.999999\"", "9999-12-31 23:59:59.999999"),
            Refused("\"294276-12-31T23:59:59.999999\"", "year is not between"),
            Refused("\"-4713-11-24T00:00:00\"", "year is not between")) { Show = Micros },
        new("TIMESTAMP", "timestamp(6)", Kept("\"-0043-03-15T01:02:03\"", "-0044-03-15 01:02:03.000000000"),
            Kept("\"0000-01-01T00:00:00\"", "-0001-01-01 00:00:00.000000000")) {
                Server = ByConversion, Rule = "CockroachDB counts years through 0, Oracle has none" },
        new("TIMESTAMPTZ", "timestamp(6) with time zone", Kept("\"2024-02-29T22:59:59.123456Z\"", "2024-02-29 22:59:59.123456 +00:00")) {
            Show = Zoned, Rule = "in UTC" },
        new("TIMESTAMPTZ", "timestamp(6)", Kept("\"2024-02-29T22:59:59.123456Z\"", "2024-02-29 22:59:59.123456")) {
            Show = Micros, Rule = "in UTC" },
        new("TIMESTAMPTZ", "timestamp(6) with local time zone",
            Kept("\"2024-02-29T22:59:59.5Z\"", "2024-02-29 22:59:59.500000000 +00:00")) { Server = ByConversion },
        new("TIMESTAMP", "timestamp(6) with time zone", Kept("\"2024-02-29T22:59:59\"", "2024-02-29 22:59:59.000000 +00:00")) {
            Show = Zoned, Rule = "as UTC" },
        new("TIME, TIMETZ", "varchar2(20 CHAR)", Kept("\"24:00:00\"", "24:00:00"), Kept("\"04:05:06+01:30:00\"", "04:05:06+01:30:00")),
        new("TIME", "interval day(2) to second(6)", Kept("\"04:05:06.000001\"", "+0 04:05:06.000001000"),
            Kept("\"24:00:00\"", "+1 00:00:00.000000000")) { Server = ByConversion },
        new("TIME", "date", Refused("\"04:05:06\"", "not a date or time")) { Show = Day },
        new("INTERVAL", "interval day(9) to second(6)", Kept("\"3 days 04:05:06.5\"", "3 4:5"), Kept("\"-1 days +02:03:00\"", "0 -21:-57"),
            Refused("\"1 year 2 mons\"", "years or months, which INTERVAL DAY TO SECOND cannot keep")) {
                Show = "EXTRACT(DAY FROM {0}) || ' ' || EXTRACT(HOUR FROM {0}) || ':' || EXTRACT(MINUTE FROM {0})" },
        new("INTERVAL", "interval day(2) to second(3)", Kept("\"-1 days +02:03:00\"", "-0 21:57:00.000000000"),
            Kept("\"99 days\"", "+99 00:00:00.000000000"), Refused("\"100 days\"", "more than 2 digits of days"),
            Refused("\"00:00:00.0001\"", "more than 3 digits")) { Server = ByConversion },
        new("INTERVAL", "interval year(4) to month", Kept("\"1 year 2 mons\"", "1 2"), Kept("\"-14 mons\"", "-1 -2"),
            Refused("\"1 year 3 days\"", "days or a time, which INTERVAL YEAR TO MONTH cannot keep")) {
                Show = "EXTRACT(YEAR FROM {0}) || ' ' || EXTRACT(MONTH FROM {0})" },
        new("INTERVAL", "varchar2(40 CHAR)", Kept("\"1 year 2 mons 3 days 04:05:06.5\"", "1 year 2 mons 3 days 04:05:06.5")),
        new("JSONB", "clob", Kept("{\"a\": 1.10, \"n\": 12345678901234567890123}", "{\"a\": 1.10, \"n\": 12345678901234567890123}"),
            Kept("\"text\"", "text"), Kept("null", "-"), Kept(Nested(100), Nested(100))) { Rule = "text as it came" },
        new("JSONB", "varchar2(100 CHAR)", Kept("{\"a\": 1.10}", "{\"a\": 1.10}")),
        new("JSONB", "json", Kept("{\"a\": 1.10}", "{\"a\": 1.10}"), Kept("\"text\"", "\"text\""),
            Refused("[1E+400]", "more digits than Oracle's JSON keeps"),
            Refused("[0.123456789012345678901234567890123456789]", "more digits than Oracle's JSON keeps")) {
                Server = ByConversion, Rule = "21c and later" },
        new("STRING[], INT8[]", "clob", Kept("[\"a\", null, \"b,\\\"c\\\"\"]", "[\"a\", null, \"b,\\\"c\\\"\"]"),
            Kept("[1, null, 3]", "[1, null, 3]"), Kept("[]", "[]")) { Rule = "JSON text" },
        new("BYTES[]", "varchar2(100 CHAR)", Kept("[\"\\\\x01\"]", "[\"\\\\x01\"]")) { Rule = "JSON text" },
        new("tuple, composite", "varchar2(100 CHAR)", Kept("{\"f1\": 1, \"f2\": \"x\"}", "{\"f1\": 1, \"f2\": \"x\"}")) {
            Rule = "JSON text" },
        new("BIT, VARBIT", "varchar2(8 CHAR)", Kept("\"0011\"", "0011"), Kept("\"\"", "-")),
        new("BIT, VARBIT", "raw(2)", Kept("\"0000000111111111\"", "01FF"), Refused("\"101\"", "not bytes")) {
            Show = Hex, Rule = "whole bytes" },
        new("INET", "varchar2(45 CHAR)", Kept("\"10.0.0.0/8\"", "10.0.0.0/8"), Kept("\"::1\"", "::1")),
        new("OID, REGCLASS", "number(10)", Kept("\"26\"", "26")) { Show = Plain },
        new("GEOMETRY, GEOGRAPHY", "sdo_geometry",
            Kept("{\"type\": \"Point\", \"coordinates\": [1, 2]}", "{\"type\": \"Point\", \"coordinates\": [1, 2]}"),
            Refused("\"POINT(1 2)\"", "not GeoJSON")) { Server = ByConversion, Rule = "read by SDO_UTIL.FROM_GEOJSON, in its SRID" },
        new("GEOMETRY", "clob", Kept("{\"type\": \"Point\", \"coordinates\": [1, 2]}", "{\"type\": \"Point\", \"coordinates\": [1, 2]}")) {
            Rule = "GeoJSON" },
        new("VECTOR", "vector", Kept("\"[1,2,3]\"", "[1,2,3]")) { Server = ByConversion, Rule = "23ai" },
        new("TSVECTOR, TSQUERY", "varchar2(100 CHAR)", Kept("\"'fat':2 'rat':3\"", "'fat':2 'rat':3")),
        new("LTREE, BOX2D, PG_LSN, REFCURSOR, JSONPATH", "varchar2(50 CHAR)", Kept("\"Top.Science\"", "Top.Science"),
            Kept("\"BOX(1 2,3 4)\"", "BOX(1 2,3 4)"), Kept("\"0/16B3748\"", "0/16B3748")),
        new("DECIMAL", "number(2,4)", Kept("0.0012", "0.0012"), Refused("0.0123", "other than 0 in the first 2 places after the point"),
            Refused("0.00123", "more than 4 digits after the point")) { Server = ByConversion },
        new("STRING", "number(10,2)", Kept("\"12.50\"", "12.5"), Refused("\"12.505\"", "more than 2 digits after the point"),
            Refused("\"1e-3\"", "more than 2 digits after the point"), Refused("\"1e\"", "not a number")) { Server = ByConversion },
        new("FLOAT4", "binary_float", Kept("3.4028234663852886E+38", "3.4028234663852886E+38"), Kept("1.4E-45", "1.401298464324817E-45"),
            Refused("1E-60", "out of range of BINARY_FLOAT")) { Server = ByConversion, Rule = "all digits of the float" },
        new("FLOAT8", "binary_double", Kept("5E-324", "5E-324"), Refused("1E-400", "more digits than BINARY_DOUBLE keeps"),
            Refused("\"1e400\"", "out of range of BINARY_DOUBLE")) { Server = ByConversion },
        new("STRING", "date", Kept("\"2024-02-29 10:00:00\"", "2024-02-29 10:00:00"), Refused("\"today\"", "not a date or time"),
            Refused("\"2024-02-29 10:00:00+02\"", "has an offset from UTC"),
            Refused("\"2024-02-29 10:00:00.5\"", "has a fraction of a second")) {
                Server = ByConversion },
    ];

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);
}
