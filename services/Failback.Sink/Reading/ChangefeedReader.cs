using System.Text.Json;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Sink.Bodies;

namespace Failback.Sink.Reading;

/// <summary>
/// Reads a webhook body in one pass: <c>{"payload":[…],"length":n}</c> or <c>{"resolved":"…"}</c>. Rows stay where they are; only
/// their places, versions and tables come out. A body of any other form is refused before anything is published. Wire format:
/// https://www.cockroachlabs.com/docs/stable/changefeed-messages
/// </summary>
internal static class ChangefeedReader
{
    /// <summary>
    /// Nesting allowed in a body. JSONB columns may hold deep documents; the parser's default of 64 would refuse a whole batch for
    /// one of them.
    /// </summary>
    internal const int MaxDepth = 10_000;

    private const string Bare = "bare envelope: create the changefeed WITH envelope='wrapped'";

    /// <summary>Reads one body; the result refers to places in <paramref name="body"/>.</summary>
    /// <exception cref="RefusedException">The body is malformed, or names a table that the failback refuses.</exception>
    internal static ChangefeedBody Read(ReadOnlySpan<byte> body, FailbackSpec spec, TopicRouter router)
    {
        if (body.IsEmpty) throw RefusedException.Malformed("the body is empty");
        if (!System.Text.Unicode.Utf8.IsValid(body)) throw RefusedException.Malformed("the body is not UTF-8");
        var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            return ReadFrame(ref json, new RowCollector(spec, router), body);
        }
        catch (JsonException)
        {
            throw RefusedException.Malformed($"the body is not valid JSON, see byte {json.BytesConsumed}");
        }
        catch (InvalidOperationException)
        {
            // The reader throws this for a string that is not valid text, such as half of a surrogate pair, when its value is asked
            // for.
            throw RefusedException.Malformed($"a string cannot be decoded, see byte {json.BytesConsumed}");
        }
    }

    private static ChangefeedBody ReadFrame(ref Utf8JsonReader json, RowCollector rows, ReadOnlySpan<byte> body)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject) throw RefusedException.Malformed("the body is not a JSON object");
        bool payload = false;
        long? length = null;
        HlcTimestamp? resolved = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("payload"u8))
            {
                if (payload) throw RefusedException.Malformed("payload appears twice");
                payload = true;
                ReadPayload(ref json, rows, body);
            }
            else if (json.ValueTextEquals("length"u8))
            {
                if (length is not null) throw RefusedException.Malformed("length appears twice");
                json.Read();
                if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out long value))
                    throw RefusedException.Malformed("length is not a whole number");
                length = value;
            }
            else if (json.ValueTextEquals("resolved"u8))
            {
                if (resolved is not null) throw RefusedException.Malformed("resolved appears twice");
                json.Read();
                resolved = ReadTimestamp(ref json)
                    ?? throw RefusedException.Malformed("resolved is not a timestamp of the form wall.logical");
            }
            else if (json.ValueTextEquals("__crdb__"u8))
            {
                throw RefusedException.Malformed(Bare);
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }

        // Reads on to the end: anything but white space after the object is an error of the JSON reader.
        json.Read();
        return Complete(rows, payload, length, resolved);
    }

    private static ChangefeedBody Complete(RowCollector rows, bool payload, long? length, HlcTimestamp? resolved)
    {
        if (resolved is not null && (payload || length is not null))
            throw RefusedException.Malformed("rows and a resolved timestamp in one body");
        if (resolved is not null) return new ChangefeedBody([], 0, resolved) { Latest = resolved.Value };
        if (!payload) throw RefusedException.Malformed("payload is missing");
        if (length is null) throw RefusedException.Malformed("length is missing");
        // A truncated or merged body must not pass as a shorter batch: the sender states how many rows it sent.
        if (length != rows.Count) throw RefusedException.Malformed($"length says {length}, payload has {rows.Count}");
        return rows.Complete();
    }

    private static void ReadPayload(ref Utf8JsonReader json, RowCollector rows, ReadOnlySpan<byte> body)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray) throw RefusedException.Malformed("payload is not an array");
        while (json.Read() && json.TokenType != JsonTokenType.EndArray) rows.Add(PayloadRowReader.Read(ref json, rows.Count), body);
    }

    /// <summary>Returns the string value as a timestamp, or null when it is not one.</summary>
    internal static HlcTimestamp? ReadTimestamp(ref Utf8JsonReader json)
    {
        const int longest = 64;
        if (json.TokenType != JsonTokenType.String || json.ValueSpan.Length is 0 or > longest) return null;
        Span<byte> text = stackalloc byte[longest];
        int length = json.CopyString(text);
        return HlcTimestamp.TryParse(text[..length], out HlcTimestamp value) ? value : null;
    }

    internal static RefusedException BareEnvelope() => RefusedException.Malformed(Bare);
}
