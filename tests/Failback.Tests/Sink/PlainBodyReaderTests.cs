using System.Text;
using CsCheck;
using Failback.Sink.Webhook;
using Xunit;

namespace Failback.Tests.Sink;

/// <summary>The short way says yes to the usual bodies, and never to one that the long way reads differently or refuses.</summary>
public sealed class PlainBodyReaderTests
{
    private const string Signs = "{}[]\",:0123456789.eE+-tfnul\\ ab\n";

    private static readonly TopicRouter Router = new(Bodies.Spec.Tables);

    private static readonly byte[] Usual = Encoding.UTF8.GetBytes(Bodies.Batch(
        Bodies.Row("employees", "[1, \"a\\n\"]", """{"id": 1, "t": "\u003cÄ😀\\\"/", "x": [1.50, -0, 1e+9, 0.1E-2, null, {"y": {}, "z": []}], "b": true, "c": false}"""),
        Bodies.Row("orders", "[2]", "null"),
        """{"after": {"id": 2}, "before": {"id": 1}, "key": [3], "topic": "orders", "updated": "5.0000000002"}"""));

    [Fact]
    public void The_usual_body_goes_the_short_way() => Assert.True(IsPlain(Usual));

    [Theory]
    [InlineData("""{"after": {}, "key": [1], "topic": "orders", "updated": "5.2", "mvcc_timestamp": "1.0"}""")]
    [InlineData("""{"key": [1], "after": {}, "topic": "orders", "updated": "5.2"}""")]
    [InlineData("""{"after": {}, "before" "key": [1], "topic": "orders", "updated": "5.2"}""")]
    [InlineData("""{"after": {}, "key": [], "topic": "orders", "updated": "5.2"}""")]
    [InlineData("""{"after": {}, "key": [1], "topic": "", "updated": "5.2"}""")]
    [InlineData("""{"after": {}, "key": [1], "topic": "ord\u0065rs", "updated": "5.2"}""")]
    [InlineData("""{"after": {}, "key": [1], "topic": "orders", "updated": "yesterday"}""")]
    [InlineData("""{"after": {"a": 01}, "key": [1], "topic": "orders", "updated": "5.2"}""")]
    [InlineData("""{"after": {"a": 1.}, "key": [1], "topic": "orders", "updated": "5.2"}""")]
    [InlineData("""{"after": {"a": -}, "key": [1], "topic": "orders", "updated": "5.2"}""")]
    [InlineData("""{"after": {"a": 1e}, "key": [1], "topic": "orders", "updated": "5.2"}""")]
    [InlineData("""{"after": {"a": tru}, "key": [1], "topic": "orders", "updated": "5.2"}""")]
    [InlineData("""{"after": {"a": truex}, "key": [1], "topic": "orders", "updated": "5.2"}""")]
    [InlineData("""{"after": {"a": "\x"}, "key": [1], "topic": "orders", "updated": "5.2"}""")]
    [InlineData("""{"after": {"a": "\u12g4"}, "key": [1], "topic": "orders", "updated": "5.2"}""")]
    [InlineData("""{"after": {"a": [1,]}, "key": [1], "topic": "orders", "updated": "5.2"}""")]
    [InlineData("""{"after": {"a": 1,}, "key": [1], "topic": "orders", "updated": "5.2"}""")]
    [InlineData("""{"after": {"a": [1}], "key": [1], "topic": "orders", "updated": "5.2"}""")]
    [InlineData("""{"after": {"a"}, "key": [1], "topic": "orders", "updated": "5.2"}""")]
    public void Anything_else_goes_the_long_way(string row) => Assert.False(IsPlain(Encoding.UTF8.GetBytes(Bodies.Batch(row))));

    [Fact]
    public void Lengths_that_do_not_fit_and_bytes_behind_the_end_go_the_long_way()
    {
        string body = Bodies.Batch(Bodies.Row());
        foreach (string other in (string[])[body.Replace(":1}", ":2}", StringComparison.Ordinal), body.Replace(":1}", ":01}", StringComparison.Ordinal), body.Replace(":1}", ":1.0}", StringComparison.Ordinal), body + "x", body[..^1]])
            Assert.False(IsPlain(Encoding.UTF8.GetBytes(other)), other);
    }

    [Fact]
    public void Nesting_beyond_its_stack_goes_the_long_way()
    {
        string Nested(int depth) => Bodies.Batch(Bodies.Row(after: $"{{\"a\": {new string('[', depth)}{new string(']', depth)}}}"));
        Assert.True(IsPlain(Encoding.UTF8.GetBytes(Nested(62))));
        Assert.False(IsPlain(Encoding.UTF8.GetBytes(Nested(63))));
    }

    /// <summary>Every prefix, and edits at random that keep to the bytes of JSON more often than not.</summary>
    [Fact]
    public void Whatever_it_accepts_the_long_way_reads_the_same()
    {
        for (int length = 0; length <= Usual.Length; length++) Check(Usual[..length]);
        Gen.Select(Gen.Int[0, Usual.Length - 1], Gen.Int[0, Signs.Length + 63].Select(i => i < Signs.Length ? (byte)Signs[i] : (byte)(i * 4)), Gen.Int[0, 3]).Array[1, 3].Sample(
            edits =>
            {
                var body = Usual.ToList();
                foreach ((int at, byte value, int kind) in edits)
                {
                    int index = Math.Min(at, body.Count - 1);
                    if (kind == 0) body[index] = value;
                    else if (kind == 1) body.Insert(index, value);
                    else if (kind == 2 && body.Count > 1) body.RemoveAt(index);
                    else (body[index], body[^1]) = (body[^1], body[index]);
                }

                Check([.. body]);
            },
            iter: 100_000);
    }

    private static bool IsPlain(byte[] body) => PlainBodyReader.TryRead(body, new RowCollector(Bodies.Spec, Router));

    private static void Check(byte[] body)
    {
        var rows = new RowCollector(Bodies.Spec, Router);
        if (!System.Text.Unicode.Utf8.IsValid(body) || !PlainBodyReader.TryRead(body, rows)) return;
        ChangefeedBody expected;
        try
        {
            expected = ChangefeedReader.ReadAny(body, Bodies.Spec, Router);
        }
        catch (RefusedException refused) when (refused.Status == 422)
        {
            Assert.Throws<RefusedException>(() => rows.Complete());
            return;
        }

        ChangefeedBody read = rows.Complete();
        Assert.Equal(expected.RowCount, read.RowCount);
        Assert.Equal(expected.Tables.Select(t => (t.Queue, t.UnknownTopic)), read.Tables.Select(t => (t.Queue, t.UnknownTopic)));
        Assert.Equal(expected.Tables.SelectMany(t => t.Rows), read.Tables.SelectMany(t => t.Rows));
    }
}
