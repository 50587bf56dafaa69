using static Failback.Dialects.Tests.Values.ValueCase;

namespace Failback.Dialects.Tests.Values;

/// <summary>Values into MySQL and MariaDB.</summary>
internal static class MySqlValueTable
{
    public const string MySql = "MySQL";
    public const string MariaDb = "MariaDB";

    private const string Hex = "HEX({0})";
    private const string LongDecimal = "1234567890123456789012345678901234567890.1234567890";

    public static IReadOnlyList<ValueSet> Sets { get; } =
    [
        new("BOOL", "tinyint(1)", Kept("true", "1"), Kept("false", "0"), Kept("null", "-")),
        new("BOOL", "bit(1)", Kept("true", "1"), Kept("false", "0")) { Show = "{0} + 0" },
        new("BOOL", "varchar(5)", Kept("true", "true")),
        new("INT2", "tinyint", Kept("127", "127"), Refused("128", "out of range of tinyint"), Kept("-128", "-128")),
        new("INT8", "tinyint unsigned", Kept("255", "255"), Refused("-1", "out of range of tinyint unsigned")),
        new("INT8", "smallint", Kept("-32768", "-32768"), Refused("32768", "out of range of smallint")),
        new("INT8", "mediumint", Kept("8388607", "8388607"), Refused("8388608", "out of range of mediumint")),
        new("INT8", "int", Kept("2147483647", "2147483647"), Refused("2147483648", "out of range of int")),
        new("INT8", "int unsigned", Kept("4294967295", "4294967295"), Refused("-1", "out of range of int unsigned")),
        new("INT8", "bigint", Kept("9223372036854775807", "9223372036854775807"), Kept("-9223372036854775808", "-9223372036854775808"), Kept("9007199254740993", "9007199254740993")),
        new("DECIMAL", "bigint unsigned", Kept("18446744073709551615", "18446744073709551615"), Kept("1E+2", "100"), Kept("5.00", "5"), Refused("5.5", "not a whole number"), Refused("18446744073709551616", "out of range")),
        new("INT8", "year", Kept("2024", "2024"), Kept("0", "0000"), Refused("1900", "out of range of year"), Refused("24", "out of range of year")),
        new("FLOAT8", "double", Kept("0.1", "0.1"), Kept("1E+2", "100"), Kept("1.5E-7", "0.00000015"), Kept("-0", "0"), Refused("\"NaN\"", "no NaN"), Refused("\"-Infinity\"", "no NaN")) { Show = "CAST(ABS({0}) AS CHAR)" },
        new("DECIMAL", "double", Kept("0.25", "0.25"), Refused("0.12345678901234567890123", "more digits than double keeps")),
        new("FLOAT4", "float", Kept("0.10000000149011612", "0.1"), Refused("1E+39", "out of range of float")) { Rule = "the nearest number of the column" },
        new("FLOAT8", "double(10,2)", Kept("1.25", "1.25"), Refused("1.255", "more than 2 digits")),
        new("DECIMAL", "decimal(10,2)", Kept("1.10", "1.10"), Kept("4E+2", "400.00"), Kept("-0", "0.00"), Refused("1.234", "more than 2 digits after the point"), Refused("123456789", "more than 8 digits before the point"), Refused("\"NaN\"", "no NaN")),
        new("DECIMAL", "decimal(65,10)", Kept(LongDecimal, LongDecimal), Kept("1E-7", "0.0000001000")),
        new("DECIMAL", "decimal(5,1) unsigned", Kept("2.5", "2.5"), Refused("-2.5", "negative in an unsigned column")),
        new("STRING", "varchar(5)", Kept("\"Ärger\"", "Ärger"), Kept("\"\"", ""), Kept("\"😀😀😀😀😀\"", "😀😀😀😀😀"), Kept("\"a \"", "a "), Refused("\"toolong\"", "longer than 5 characters"), Refused("\"abcde \"", "longer than 5 characters")),
        new("STRING", "char(5)", Kept("\"abc\"", "abc"), Refused("\"ab \"", "ends with a blank")),
        new("STRING", "text", Kept("\"a\\u0000b\"", "610062"), Kept("\"it's \\\\ \\\"x\\\"\"", "69742773205C20227822")) { Show = Hex },
        new("STRING", "tinytext", Kept("\"x\"", "x"), Refused($"\"{new string('x', 256)}\"", "longer than 255 bytes")),
        new("STRING", "varchar(10) CHARACTER SET utf8mb3", Kept("\"é\"", "é"), Refused("\"😀\"", "character or value that the column cannot hold")),
        new("STRING", "varchar(10) CHARACTER SET latin1", Kept("\"é\"", "é"), Refused("\"ł\"", "character or value that the column cannot hold")),
        new("STRING", "enum('open','2','it''s')", Kept("\"open\"", "open"), Kept("\"2\"", "2"), Kept("\"it's\"", "it's"), Kept("\"OPEN\"", "open"), Refused("\"1\"", "not a label of the enum"), Refused("\"\"", "not a label of the enum")),
        new("ENUM", "enum('open','closed')", Kept("\"closed\"", "closed"), Refused("\"gone\"", "not a label of the enum")),
        new("STRING", "set('a','b','c')", Kept("\"a,c\"", "a,c"), Kept("\"c,a\"", "a,c"), Kept("\"\"", ""), Kept("[\"b\"]", "b"), Refused("\"a,d\"", "not a label of the set"), Refused("\"1\"", "not a label of the set")),
        new("BYTES", "varbinary(4)", Kept("\"\\\\x00ff\"", "00FF"), Kept("\"\\\\x\"", ""), Refused("\"\\\\x0011223344\"", "longer than 4 bytes"), Refused("\"plain\"", "not bytes in hexadecimal form")) { Show = Hex },
        new("BYTES", "binary(4)", Kept("\"\\\\x00112233\"", "00112233"), Refused("\"\\\\x00\"", "shorter than 4 bytes")) { Show = Hex },
        new("BYTES", "blob", Kept("\"\\\\x275c00\"", "275C00")) { Show = Hex },
        new("BYTES", "bit(8)", Kept("\"\\\\xff\"", "255")) { Show = "{0} + 0" },
        new("BIT, VARBIT", "bit(8)", Kept("\"1011\"", "11"), Kept("\"00000001\"", "1"), Kept("\"\"", "0"), Refused("\"111111111\"", "more than 8 bits"), Refused("\"12\"", "not text of 0 and 1")) { Show = "{0} + 0" },
        new("BIT, VARBIT", "varchar(8)", Kept("\"0011\"", "0011")),
        new("INT8", "bit(64)", Kept("18446744073709551615", "18446744073709551615")) { Show = "{0} + 0" },
        new("UUID", "char(36)", Kept("\"58390d92-2472-43e1-86bc-1642395e8dad\"", "58390d92-2472-43e1-86bc-1642395e8dad")),
        new("UUID", "binary(16)", Kept("\"58390d92-2472-43e1-86bc-1642395e8dad\"", "58390D92247243E186BC1642395E8DAD"), Kept("\"\\\\x58390d92247243e186bc1642395e8dad\"", "58390D92247243E186BC1642395E8DAD"))
        {
            Show = Hex, Rule = "most significant byte first",
        },
        new("UUID", "uuid", Kept("\"58390d92-2472-43e1-86bc-1642395e8dad\"", "58390d92-2472-43e1-86bc-1642395e8dad")) { Server = MariaDb },
        new("DATE", "date", Kept("\"2024-02-29\"", "2024-02-29"), Kept("\"0001-01-01\"", "0001-01-01"), Refused("\"0044-03-15 BC\"", "not a date"), Refused("\"infinity\"", "not a date"), Refused("\"10000-01-01\"", "year is not between 1 and 9999")),
        new("TIMESTAMP", "date", Kept("\"2024-02-29T00:00:00\"", "2024-02-29"), Refused("\"2024-02-29T00:00:01\"", "time of day that a date cannot keep")),
        new("TIMESTAMP", "datetime", Kept("\"2024-02-29T23:59:59\"", "2024-02-29 23:59:59"), Refused("\"2024-02-29T23:59:59.5\"", "more than 0 digits"), Refused("\"294276-12-31T23:59:59.999999\"", "year is not between"), Refused("\"-4713-11-24T00:00:00\"", "not a date or time")),
        new("TIMESTAMP", "datetime(3)", Kept("\"2024-02-29T23:59:59.120\"", "2024-02-29 23:59:59.120"), Refused("\"2024-02-29T23:59:59.1234\"", "more than 3 digits")),
        new("TIMESTAMP", "datetime(6)", Kept("\"9999-12-31T23:59:59.999999\"", "9999-12-31 23:59:59.999999")),
        new("DATE", "datetime(6)", Kept("\"2024-02-29\"", "2024-02-29 00:00:00.000000")),
        new("TIMESTAMPTZ", "timestamp(6) NULL", Kept("\"2024-02-29T22:59:59.123456Z\"", "2024-02-29 22:59:59.123456"), Kept("\"1970-01-01T00:00:01Z\"", "1970-01-01 00:00:01.000000"), Refused("\"1969-12-31T23:59:59Z\"", "value that the column's type does not accept"))
        {
            Rule = "in UTC; outside the column's range refused",
        },
        new("TIMESTAMPTZ", "datetime(6)", Kept("\"2024-02-29T22:59:59.123456Z\"", "2024-02-29 22:59:59.123456")) { Rule = "in UTC" },
        new("TIME", "time", Kept("\"04:05:06\"", "04:05:06"), Kept("\"24:00:00\"", "24:00:00"), Refused("\"04:05:06.5\"", "more than 0 digits")),
        new("TIME", "time(6)", Kept("\"04:05:06.000001\"", "04:05:06.000001")),
        new("TIMETZ", "time", Kept("\"04:05:06+00\"", "04:05:06"), Refused("\"04:05:06+01:30:00\"", "has an offset from UTC")),
        new("INTERVAL", "time(6)", Kept("\"3 days 04:05:06.5\"", "76:05:06.500000"), Kept("\"-1 days +02:03:00\"", "-21:57:00.000000"), Kept("\"1 day\"", "24:00:00.000000"), Refused("\"1 year 2 mons\"", "not a time of day or an interval"), Refused("\"35 days\"", "beyond 838:59:59")),
        new("INTERVAL", "varchar(40)", Kept("\"1 year 2 mons 3 days 04:05:06.5\"", "1 year 2 mons 3 days 04:05:06.5")),
        new("JSONB", "json", Kept("{\"a\": 1, \"b\": [1.5, null, \"x\"]}", "{\"a\": 1, \"b\": [1.5, null, \"x\"]}"), Kept("\"text\"", "\"text\""), Kept("null", "-"), Kept("18446744073709551615", "18446744073709551615"), Kept("{\"k\": \"a\\u0000😀\"}", "{\"k\": \"a\\u0000😀\"}")),
        new("JSONB", "json", Refused("{\"n\": 12345678901234567890123}", "more digits than the target's JSON keeps"), Refused("[1E+400]", "more digits than the target's JSON keeps"), Kept("[1.1]", "[1.1]"), Refused(Nested(101), "")) { Server = MySql, Rule = "numbers beyond 64-bit integers and double are refused; 100 levels" },
        new("JSONB", "json", Kept("{\"n\": 12345678901234567890123}", "{\"n\": 12345678901234567890123}"), Kept("[1.10]", "[1.10]")) { Server = MariaDb, Rule = "text as it came" },
        new("JSONB", "longtext", Kept("{\"a\": 1.10}", "{\"a\": 1.10}"), Kept("\"text\"", "text")),
        new("STRING[]", "json", Kept("[\"a\", null, \"b,\\\"c\\\"\"]", "[\"a\", null, \"b,\\\"c\\\"\"]")),
        new("INT8[]", "text", Kept("[1, null, 3]", "[1, null, 3]"), Kept("[]", "[]")) { Rule = "JSON text" },
        new("BYTES[]", "text", Kept("[\"\\\\x01\"]", "[\"\\\\x01\"]")) { Rule = "JSON text" },
        new("INET", "varchar(45)", Kept("\"192.168.0.1\"", "192.168.0.1"), Kept("\"10.0.0.0/8\"", "10.0.0.0/8")),
        new("INET", "inet6", Kept("\"::1\"", "::1"), Refused("\"10.0.0.0/8\"", "value that the column's type does not accept")) { Server = MariaDb },
        new("OID", "int unsigned", Kept("\"26\"", "26")),
        new("GEOMETRY", "geometry", Kept("{\"type\": \"Point\", \"coordinates\": [1, 2]}", "POINT(1 2)"), Refused("\"POINT(1 2)\"", "not GeoJSON")) { Show = "ST_AsText({0})", Rule = "SRID of the column, else 0" },
        new("GEOMETRY", "geometry", Kept("{\"type\": \"Polygon\", \"coordinates\": [[[0,0],[0,3],[3,3],[0,0]]]}", "0")) { Show = "ST_SRID({0})" },
        new("GEOMETRY", "point", Refused("{\"type\": \"Point\", \"coordinates\": [1, 2, 3]}", "")) { Show = "ST_AsText({0})", Rule = "a third dimension is refused" },
        new("GEOGRAPHY", "point SRID 4326", Kept("{\"type\": \"Point\", \"coordinates\": [10, 20]}", "10 20")) { Show = "CONCAT(ST_Longitude({0}), ' ', ST_Latitude({0}))", Server = MySql },
        new("VECTOR", "vector(3)", Kept("\"[1,2,3]\"", "0000803F0000004000004040")) { Show = Hex },
        new("TSVECTOR, TSQUERY", "text", Kept("\"'fat':2 'rat':3\"", "'fat':2 'rat':3")),
        new("LTREE", "varchar(50)", Kept("\"Top.Science\"", "Top.Science")),
        new("BOX2D", "varchar(50)", Kept("\"BOX(1 2,3 4)\"", "BOX(1 2,3 4)")),
        new("PG_LSN", "varchar(20)", Kept("\"0/16B3748\"", "0/16B3748")),
    ];

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);
}
