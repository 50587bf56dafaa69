using static Failback.Dialects.Tests.Values.ValueCase;

namespace Failback.Dialects.Tests.Values;

/// <summary>Values into PostgreSQL.</summary>
internal static class PostgresValueTable
{
    private const string LongDecimal = "1234567890123456789012345678901234567890.1234567890";

    public static IReadOnlyList<ValueSet> Sets { get; } =
    [
        new("BOOL", "boolean", Kept("true", "true"), Kept("false", "false"), Kept("null", "-")),
        new("INT2", "boolean", Kept("1", "true"), Kept("0", "false"), Refused("2", "not a boolean")),
        new("INT8", "smallint", Kept("-32768", "-32768"), Refused("32768", "out of range of int2")),
        new("BOOL", "smallint", Kept("true", "1")),
        new("INT8", "integer", Kept("2147483647", "2147483647"), Refused("2147483648", "out of range of int4")),
        new("INT8", "bigint", Kept("9223372036854775807", "9223372036854775807"), Kept("9007199254740993", "9007199254740993")),
        new("DECIMAL", "bigint", Kept("1E+2", "100"), Refused("5.5", "not a whole number")),
        new("FLOAT8", "double precision", Kept("0.1", "0.1"), Kept("1E+100", "1e+100"), Kept("-0", "-0"), Kept("\"NaN\"", "NaN"), Kept("\"-Infinity\"", "-Infinity")),
        new("DECIMAL", "double precision", Refused("0.12345678901234567890123", "more digits than double precision keeps")),
        new("FLOAT4", "real", Kept("0.10000000149011612", "0.1"), Refused("1E+39", "out of range of real")) { Rule = "the nearest number of the column" },
        new("DECIMAL", "numeric", Kept(LongDecimal, LongDecimal), Kept("4E+2", "400"), Kept("\"NaN\"", "NaN"), Kept("\"Infinity\"", "Infinity")),
        new("DECIMAL", "numeric(10,2)", Kept("1.10", "1.10"), Refused("1.234", "more than 2 digits after the point"), Refused("123456789", "more than 8 digits before the point")),
        new("STRING", "text", Kept("\"it's \\\\ \\\"x\\\" 😀\"", "it's \\ \"x\" 😀"), Kept("\"\"", ""), Refused("\"a\\u0000b\"", "U+0000")),
        new("STRING", "varchar(5)", Kept("\"😀😀😀😀😀\"", "😀😀😀😀😀"), Refused("\"toolong\"", "longer than 5 characters"), Refused("\"abcde \"", "longer than 5 characters")),
        new("STRING", "char(5)", Kept("\"abc\"", "abc")) { Rule = "blanks at the end do not count" },
        new("BYTES", "bytea", Kept("\"\\\\x00ff\"", "\\x00ff"), Kept("\"\\\\x\"", "\\x"), Refused("\"plain\"", "not bytes in hexadecimal form")),
        new("UUID", "uuid", Kept("\"58390d92-2472-43e1-86bc-1642395e8dad\"", "58390d92-2472-43e1-86bc-1642395e8dad"), Refused("\"x\"", "not a UUID")),
        new("UUID", "varchar(36)", Kept("\"58390d92-2472-43e1-86bc-1642395e8dad\"", "58390d92-2472-43e1-86bc-1642395e8dad")),
        new("DATE", "date", Kept("\"2024-02-29\"", "2024-02-29"), Kept("\"0044-03-15 BC\"", "0044-03-15 BC"), Kept("\"infinity\"", "infinity"), Kept("\"10000-01-01\"", "10000-01-01")),
        new("TIMESTAMP", "date", Kept("\"2024-02-29T00:00:00\"", "2024-02-29"), Refused("\"2024-02-29T00:00:01\"", "time of day that a date cannot keep")),
        new("TIMESTAMP", "timestamp", Kept("\"2024-02-29T23:59:59.123456\"", "2024-02-29 23:59:59.123456"), Kept("\"-4713-11-24T00:00:00\"", "4714-11-24 00:00:00 BC")),
        new("TIMESTAMP", "timestamp(0)", Kept("\"2024-02-29T23:59:59\"", "2024-02-29 23:59:59"), Refused("\"2024-02-29T23:59:59.5\"", "more than 0 digits")),
        new("TIMESTAMPTZ", "timestamptz", Kept("\"2024-02-29T22:59:59.123456Z\"", "2024-02-29 22:59:59.123456")) { Show = "({0} AT TIME ZONE 'UTC')::text" },
        new("TIMESTAMPTZ", "timestamp", Kept("\"2024-02-29T22:59:59Z\"", "2024-02-29 22:59:59")) { Rule = "in UTC" },
        new("TIME", "time", Kept("\"04:05:06.000001\"", "04:05:06.000001"), Kept("\"24:00:00\"", "24:00:00")),
        new("TIMETZ", "timetz", Kept("\"04:05:06+01:30:00\"", "04:05:06+01:30")),
        new("INTERVAL", "interval", Kept("\"1 year 2 mons 3 days 04:05:06.5\"", "1 year 2 mons 3 days 04:05:06.5"), Kept("\"-1 days +02:03:00\"", "-1 days +02:03:00")),
        new("JSONB", "jsonb", Kept("{\"a\": 1.10, \"n\": 12345678901234567890123}", "{\"a\": 1.10, \"n\": 12345678901234567890123}"), Kept("\"text\"", "\"text\""), Kept("null", "-"), Kept(Nested(100), Nested(100))),
        new("JSONB", "text", Kept("{\"a\": 1.10}", "{\"a\": 1.10}")),
        new("STRING[]", "text[]", Kept("[\"a\", null, \"b,\\\"c\\\"\"]", "{a,NULL,\"b,\\\"c\\\"\"}"), Kept("[]", "{}")),
        new("INT8[]", "bigint[]", Kept("[1, null, 3]", "{1,NULL,3}")),
        new("BYTES[]", "bytea[]", Kept("[\"\\\\x01\"]", "{\"\\\\x01\"}")),
        new("BIT, VARBIT", "bit(4)", Kept("\"1011\"", "1011"), Refused("\"101\"", "")),
        new("BIT, VARBIT", "varbit", Kept("\"00000001\"", "00000001"), Kept("\"\"", "")),
        new("INET", "inet", Kept("\"192.168.0.1\"", "192.168.0.1/32"), Kept("\"10.0.0.0/8\"", "10.0.0.0/8"), Kept("\"::1\"", "::1/128")),
        new("OID", "oid", Kept("\"26\"", "26")),
        new("TSVECTOR, TSQUERY", "tsvector", Kept("\"'fat':2 'rat':3\"", "'fat':2 'rat':3")),
        new("GEOMETRY", "jsonb", Kept("{\"type\": \"Point\", \"coordinates\": [1, 2]}", "{\"type\": \"Point\", \"coordinates\": [1, 2]}")) { Rule = "GeoJSON" },
        new("LTREE", "text", Kept("\"Top.Science\"", "Top.Science")),
        new("BOX2D", "text", Kept("\"BOX(1 2,3 4)\"", "BOX(1 2,3 4)")),
        new("VECTOR", "text", Kept("\"[1,2,3]\"", "[1,2,3]")),
        new("PG_LSN", "pg_lsn", Kept("\"0/16B3748\"", "0/16B3748")),
    ];

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);
}
