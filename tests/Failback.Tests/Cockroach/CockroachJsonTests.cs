using Failback.Cockroach.Capture;
using Xunit;

namespace Failback.Tests.Cockroach;

/// <summary>PostgreSQL's text of a value as CockroachDB's JSON; expected texts are from recorded traffic.</summary>
public sealed class CockroachJsonTests
{
    [Theory]
    [InlineData("bool", "t", "true")]
    [InlineData("int8", "9223372036854775807", "9223372036854775807")]
    [InlineData("float8", "10", "1E+1")]
    [InlineData("float8", "120", "1.2E+2")]
    [InlineData("float8", "1e+20", "1E+20")]
    [InlineData("float8", "5e-324", "5E-324")]
    [InlineData("float8", "-0", "-0")]
    [InlineData("float8", "0.1", "0.1")]
    [InlineData("float8", "-2.25", "-2.25")]
    [InlineData("float8", "Infinity", "\"Infinity\"")]
    [InlineData("numeric", "400", "400")]
    [InlineData("numeric", "0.00000", "0.00000")]
    [InlineData("numeric", "1.000", "1.000")]
    [InlineData("numeric", "0.0000001", "1E-7")]
    [InlineData("numeric", "-12.50", "-12.50")]
    [InlineData("numeric", "NaN", "\"NaN\"")]
    [InlineData("text", "a<b>&\"\\\n", "\"a\\u003cb\\u003e\\u0026\\\"\\\\\\u000a\"")]
    [InlineData("bytea", "\\x00ff", "\"\\\\x00ff\"")]
    [InlineData("timestamp", "2024-02-29 23:59:59.123456", "\"2024-02-29T23:59:59.123456\"")]
    [InlineData("timestamptz", "2024-02-29 22:59:59+00", "\"2024-02-29T22:59:59Z\"")]
    [InlineData("timestamptz", "4714-11-24 00:00:00+00 BC", "\"-4713-11-24T00:00:00Z\"")]
    [InlineData("timestamp", "0001-01-01 00:00:00 BC", "\"0000-01-01T00:00:00\"")]
    [InlineData("timestamp", "infinity", "\"294276-12-31T23:59:59.999999\"")]
    [InlineData("timetz", "13:14:15.123456+05:30", "\"13:14:15.123456+05:30:00\"")]
    [InlineData("timetz", "00:00:00+00", "\"00:00:00+00:00:00\"")]
    [InlineData("date", "0044-03-15 BC", "\"0044-03-15 BC\"")]
    [InlineData("jsonb", "{\"a\": 1}", "{\"a\": 1}")]
    public void Scalars(string type, string text, string json) =>
    Assert.Equal(json, CockroachJson.Value(new ColumnType(type, IsArray: false), text));

    [Theory]
    [InlineData("int4", "{1,NULL,3}", "[1, null, 3]")]
    [InlineData("text", "{\"a \\\"b\\\"\",\"NULL\",c}", "[\"a \\\"b\\\"\", \"NULL\", \"c\"]")]
    [InlineData("bytea", "{\"\\\\x01\"}", "[\"\\\\x01\"]")]
    [InlineData("float8", "{}", "[]")]
    public void Arrays(string type, string text, string json) =>
    Assert.Equal(json, CockroachJson.Value(new ColumnType(type, IsArray: true), text));

    [Fact]
    public void Of_a_transaction_only_the_last_state_of_each_key_is_sent_and_a_changed_key_is_two_rows()
    {
        var table = new CapturedTable(
            1, "public", "t",
            [new CapturedColumn("id", new ColumnType("int4", false)), new CapturedColumn("a", new ColumnType("text", false))], [0]);
        var transaction = new TransactionChanges();
        transaction.Add(table, null, ["1", "x"]);
        transaction.Add(table, ["1", "x"], ["1", "y"]);
        transaction.Add(table, ["2", "old"], ["3", "old"]);
        Assert.Equal(
            [("[1]", "{\"a\": \"y\", \"id\": 1}", null), ("[2]", null, "{\"a\": \"old\", \"id\": 2}"),
                ("[3]", "{\"a\": \"old\", \"id\": 3}", null)],
            transaction.Take().Select(change => (change.Key, change.After, change.Before)));
    }
}
