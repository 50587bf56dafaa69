using System.Text;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Rows;
using Failback.Sink.Bodies;
using Failback.Sink.Reading;
using Failback.Testing.Captures;
using Xunit;

namespace Failback.Tests.Sink;

public sealed class ChangefeedReaderTests
{
    [Theory]
    [InlineData("", "empty")]
    [InlineData("{", "not valid JSON")]
    [InlineData("nonsense", "not valid JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("null", "not a JSON object")]
    [InlineData("{}", "payload is missing")]
    [InlineData("""{"payload":[]}""", "length is missing")]
    [InlineData("""{"length":0}""", "payload is missing")]
    [InlineData("""{"payload":[],"length":1}""", "length says 1, payload has 0")]
    [InlineData("""{"payload":[],"length":0.5}""", "not a whole number")]
    [InlineData("""{"payload":[],"length":"0"}""", "not a whole number")]
    [InlineData("""{"payload":[],"length":0}x""", "not valid JSON")]
    [InlineData("""{"payload":[],"length":0}{}""", "not valid JSON")]
    [InlineData("""{"payload":[],"payload":[],"length":0}""", "payload appears twice")]
    [InlineData("""{"payload":[],"length":0,"length":0}""", "length appears twice")]
    [InlineData("""{"payload":{},"length":0}""", "payload is not an array")]
    [InlineData("""{"payload":null,"length":0}""", "payload is not an array")]
    [InlineData("""{"payload":[1],"length":1}""", "payload[0] is not an object")]
    [InlineData("""{"payload":[],"length":0,"resolved":"1.0"}""", "rows and a resolved timestamp")]
    [InlineData("""{"resolved":1}""", "resolved is not a timestamp")]
    [InlineData("""{"resolved":""}""", "resolved is not a timestamp")]
    [InlineData("""{"resolved":"1.0","resolved":"2.0"}""", "resolved appears twice")]
    [InlineData("""{"resolved":"99999999999999999999.0"}""", "resolved is not a timestamp")]
    [InlineData("""{"__crdb__":{"resolved":"1.0"}}""", "bare envelope")]
    [InlineData("\uFEFF{\"payload\":[],\"length\":0}", "not valid JSON")]
    public void Refuses_a_malformed_frame(string body, string reason) => AssertRefused(body, reason);

    [Theory]
    [InlineData("""{"key":[1],"topic":"employees","updated":"1.0"}""", "has no after")]
    [InlineData("""{"after":{},"topic":"employees","updated":"1.0"}""", "has no key")]
    [InlineData("""{"after":{},"key":[1],"updated":"1.0"}""", "has no topic")]
    [InlineData("""{"after":{},"key":[1],"topic":"employees"}""", "has no updated timestamp: create the changefeed WITH updated")]
    [InlineData("""{"after":[],"key":[1],"topic":"employees","updated":"1.0"}""", "after that is neither")]
    [InlineData("""{"after":{},"before":7,"key":[1],"topic":"employees","updated":"1.0"}""", "before that is neither")]
    [InlineData("""{"after":{},"key":1,"topic":"employees","updated":"1.0"}""", "key that is not an array")]
    [InlineData("""{"after":{},"key":null,"topic":"employees","updated":"1.0"}""", "key that is not an array")]
    [InlineData("""{"after":{},"key":[],"topic":"employees","updated":"1.0"}""", "empty key")]
    [InlineData("""{"after":{},"key":{"id":1},"topic":"employees","updated":"1.0"}""", "enriched")]
    [InlineData("""{"after":{},"before":null,"op":"c","source":{},"ts_ns":1}""", "enriched")]
    [InlineData("""{"payload":{},"schema":{}}""", "enriched")]
    [InlineData("""{"id":1,"__crdb__":{"key":[1],"topic":"employees","updated":"1.0"}}""", "bare envelope")]
    [InlineData("""{"after":{},"key":[1],"topic":7,"updated":"1.0"}""", "topic that is not a name")]
    [InlineData("""{"after":{},"key":[1],"topic":"","updated":"1.0"}""", "topic that is not a name")]
    [InlineData("""{"after":{},"key":[1],"topic":"\ud800","updated":"1.0"}""", "cannot be decoded")]
    [InlineData("""{"after":{},"key":[1],"topic":"employees","updated":1.0}""", "updated that is not a timestamp")]
    [InlineData("""{"after":{},"key":[1],"topic":"employees","updated":"yesterday"}""", "updated that is not a timestamp")]
    [InlineData("""{"after":{},"key":[1],"topic":"employees","updated":"-1.0"}""", "updated that is not a timestamp")]
    [InlineData("""{"after":{},"key":[1],"key":[2],"topic":"employees","updated":"1.0"}""", "has key twice")]
    [InlineData("""{"after":{},"after":null,"key":[1],"topic":"employees","updated":"1.0"}""", "has after twice")]
    public void Refuses_a_malformed_row(string row, string reason)
    {
        AssertRefused(Bodies.Batch(row), reason);
        AssertRefused(Bodies.Batch(Bodies.Row(), row), "payload[1] ", orElse: reason);
    }

    [Fact]
    public void Refuses_bytes_that_are_not_UTF8()
    {
        byte[] body = Encoding.UTF8.GetBytes(Bodies.Batch(Bodies.Row(after: """{"name": "?"}""")));
        body[body.AsSpan().IndexOf((byte)'?')] = 0xFF;
        Assert.Contains("not UTF-8", Assert.Throws<RefusedException>(() => Bodies.Read(body)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Takes_an_empty_batch() => Assert.Empty(Bodies.Read("""{"payload":[],"length":0}""").Tables);

    [Theory]
    [InlineData("""{"resolved":"1760000000123456789.0000000000"}""", 1760000000123456789, 0)]
    [InlineData(""" { "resolved" : "5.2" } """, 5, 2)]
    [InlineData("""{"\u0072esolved":"\u0035.0000000002?"}""", 5, 2)]
    public void Reads_a_resolved_timestamp(string body, long wall, int logical) =>
        Assert.Equal(new HlcTimestamp(wall, logical), Bodies.Read(body).Resolved);

    [Fact]
    public void Keeps_the_bytes_of_key_and_rows_as_they_came()
    {
        const string after = """{"n": 1E+1000, "d": 1.000, "t": "\u003c Ä 😀 \u0000", "deep": [[{"a": []}]]}""";
        const string before = """{ "n" :-0 }""";
        string body = $$"""
            {"length": 1, "future": [1, {"payload": 2}], "payload": [ {"mvcc_timestamp": "1.0", "updated": "{{Bodies.Version}}", "source": {"after": 1},
            "topic": "employees", "before": {{before}}, "key": [2.500, "a]b"], "after": {{after}} } ] }
            """;
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        TableRows table = Assert.Single(Bodies.Read(bytes).Tables);
        RowFrame row = Assert.Single(table.Rows).In(bytes);
        Assert.Equal("queue of migration_schema.employees", table.Queue);
        Assert.Equal(HlcTimestamp.Parse(Bodies.Version), row.Updated);
        Assert.Equal("""[2.500, "a]b"]""", Encoding.UTF8.GetString(row.Key.Span));
        Assert.Equal(after, Encoding.UTF8.GetString(row.After.Span));
        Assert.Equal(before, Encoding.UTF8.GetString(row.Before.Span));
    }

    [Fact]
    public void A_row_without_after_is_a_delete()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Bodies.Batch(Bodies.Row(after: "null")));
        Assert.True(Bodies.Read(bytes).Tables[0].Rows[0].In(bytes).IsDelete);
    }

    [Fact]
    public void Sorts_rows_by_table_and_keeps_their_order()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Bodies.Batch(
            Bodies.Row("employees", "[1]"), Bodies.Row("orders", "[2]"), Bodies.Row("employees", "[3]"),
            Bodies.Row("db.migration_schema.employees", "[4]"), Bodies.Row("orders", "[5]")));
        ChangefeedBody read = Bodies.Read(bytes);
        Assert.Equal(5, read.RowCount);
        Assert.Equal(["[1]", "[3]", "[4]"], Keys(read, "queue of migration_schema.employees", bytes));
        Assert.Equal(["[2]", "[5]"], Keys(read, "queue of orders", bytes));
    }

    [Fact]
    public void Refuses_the_whole_batch_when_one_table_is_unknown()
    {
        RefusedException refused = Assert.Throws<RefusedException>(() => Bodies.Read(Bodies.Batch(Bodies.Row(), Bodies.Row("salaries"))));
        Assert.Equal(422, refused.Status);
        Assert.Contains("salaries", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sends_rows_of_unknown_tables_aside_when_the_failback_wants_that()
    {
        ChangefeedBody read = Bodies.Read(
            Bodies.Batch(Bodies.Row("salaries"), Bodies.Row(), Bodies.Row("b\\u006fnus"), Bodies.Row("salaries")),
            Bodies.Spec with { OnUnknownTable = UnknownTablePolicy.DeadLetter });
        Assert.Equal(
            [("unknown", "salaries", 2), ("queue of migration_schema.employees", null, 1), ("unknown", "bonus", 1)],
            read.Tables.Select(table => (table.Queue, table.UnknownTopic, table.Rows.Count)));
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(ChangefeedReader.MaxDepth - 5, true)]
    [InlineData(ChangefeedReader.MaxDepth + 1, false)]
    public void Takes_deep_documents_up_to_the_limit(int depth, bool taken)
    {
        string deep = new string('[', depth) + new string(']', depth);
        string body = Bodies.Batch(Bodies.Row(after: $$"""{"doc": {{deep}}}"""));
        if (taken) Assert.Equal(1, Bodies.Read(body).RowCount);
        else AssertRefused(body, "not valid JSON");
    }

    [Theory]
    [MemberData(nameof(CaptureNames))]
    public void Reads_every_recorded_request(string name)
    {
        foreach (CaptureRequest request in Capture.Load(name).Requests)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(request.Body);
            ChangefeedBody read = Bodies.Read(bytes, Bodies.Spec with { OnUnknownTable = UnknownTablePolicy.DeadLetter });
            Assert.Equal(request.Resolved, read.Resolved);
            Assert.True(read.Resolved is not null || read.RowCount > 0);
        }
    }

    public static TheoryData<string> CaptureNames() => [.. Capture.Names];

    private static IEnumerable<string> Keys(ChangefeedBody read, string queue, byte[] bytes) =>
        read.Tables.Single(table => table.Queue == queue).Rows.Select(row => Encoding.UTF8.GetString(row.In(bytes).Key.Span));

    private static void AssertRefused(string body, string reason, string? orElse = null)
    {
        RefusedException refused = Assert.Throws<RefusedException>(() => Bodies.Read(body));
        Assert.Equal(400, refused.Status);
        Assert.True(
            refused.Message.Contains(reason, StringComparison.Ordinal)
            || (orElse is not null && refused.Message.Contains(orElse, StringComparison.Ordinal)),
            refused.Message);
    }
}
