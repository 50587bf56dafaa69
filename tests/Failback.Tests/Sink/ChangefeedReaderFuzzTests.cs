using System.Text;
using System.Text.Json;
using CsCheck;
using Failback.Contracts.Rows;
using Failback.Sink.Bodies;
using Failback.Sink.Reading;
using Xunit;

namespace Failback.Tests.Sink;

/// <summary>Whatever arrives is either refused with a reason or read completely; nothing else ever comes out.</summary>
public sealed class ChangefeedReaderFuzzTests
{
    private static readonly byte[] Valid = Encoding.UTF8.GetBytes(Bodies.Batch(
        Bodies.Row("employees", "[1, \"a\"]", """{"id": 1, "t": "\u003cÄ😀", "x": [1.50, null, {"y": "z"}]}"""),
        Bodies.Row("orders", "[2]", "null"),
        """{"before": {"id": 1}, "after": {"id": 2}, "key": [3], "mvcc_timestamp": "1.0", "topic": "orders", "updated": "5.2"}"""));

    [Fact]
    public void Random_bytes_are_refused() =>
        Gen.Byte.Array[0, 300].Sample(body => Assert.Throws<RefusedException>(() => Bodies.Read(body)), iter: 20_000);

    [Fact]
    public void Random_pieces_of_JSON_are_refused_or_read() =>
        Gen.OneOf(
            "{", "}", "[", "]", ",", ":", "\"payload\"", "\"length\"", "\"resolved\"", "\"1.0\"", "1", "\"key\"", "\"after\"", "\"topic\"",
                "\"updated\"", "\"orders\"", "null", "true", " ", "{}", "[]", "\"\\ud800\"", "\"\\u0000\"")
            .Array[0, 30]
            .Sample(pieces => Check(Encoding.UTF8.GetBytes(string.Concat(pieces))), iter: 50_000);

    [Fact]
    public void Mutated_bodies_are_refused_or_read() =>
        Gen.Select(Gen.Int[0, Valid.Length - 1], Gen.Byte, Gen.Int[0, 3]).Array[1, 4].Sample(
            edits =>
            {
                var body = Valid.ToList();
                foreach ((int at, byte value, int kind) in edits)
                {
                    if (body.Count == 0) break;
                    int index = Math.Min(at, body.Count - 1);
                    if (kind == 0) body[index] = value;
                    else if (kind == 1) body.Insert(index, value);
                    else if (kind == 2) body.RemoveAt(index);
                    else body = body[..(index + 1)];
                }

                Check([.. body]);
            },
            iter: 50_000);

    /// <summary>If it was read, an independent parser agrees with the rows.</summary>
    private static void Check(byte[] body)
    {
        ChangefeedBody read;
        try
        {
            read = Bodies.Read(body);
        }
        catch (RefusedException refused)
        {
            Assert.InRange(refused.Status, 400, 422);
            Assert.InRange(refused.Message.Length, 1, 400);
            return;
        }

        using JsonDocument expected = JsonDocument.Parse(body);
        if (read.Resolved is not null) return;
        Assert.Equal(expected.RootElement.GetProperty("payload").GetArrayLength(), read.RowCount);
        List<JsonElement> elements = [.. expected.RootElement.GetProperty("payload").EnumerateArray()];
        foreach (RowFrame row in read.Tables.SelectMany(table => table.Rows).Select(slice => slice.In(body)))
        {
            string key = Encoding.UTF8.GetString(row.Key.Span);
            string after = row.IsDelete ? "null" : Encoding.UTF8.GetString(row.After.Span);
            Assert.Contains(
                elements, element => element.GetProperty("key").GetRawText() == key && element.GetProperty("after").GetRawText() == after);
        }
    }
}
