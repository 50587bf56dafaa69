using System.Text.Json;
using Failback.Contracts;
using Failback.Messaging.Publishing;
using Failback.Sink.Bodies;

namespace Failback.Sink.Reading;

/// <summary>An element of the payload: its row and the place of its topic, without the quotes.</summary>
internal readonly record struct PayloadRow(RowSlice Row, ByteRange Topic, bool TopicIsEscaped);

/// <summary>
/// Reads one element of the payload. Properties may come in any order; unneeded ones are skipped, but needed ones may appear only
/// once.
/// </summary>
internal static class PayloadRowReader
{
    internal static PayloadRow Read(ref Utf8JsonReader json, int index)
    {
        if (json.TokenType != JsonTokenType.StartObject) throw Malformed(index, "is not an object");
        ByteRange? key = null;
        ByteRange? after = null;
        ByteRange? before = null;
        ByteRange? topic = null;
        HlcTimestamp? updated = null;
        bool topicIsEscaped = false;
        bool enriched = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("after"u8)) Once(ref after, ReadRow(ref json, index, "after"), index, "after");
            else if (json.ValueTextEquals("key"u8)) Once(ref key, ReadKey(ref json, index), index, "key");
            else if (json.ValueTextEquals("topic"u8)) Once(ref topic, ReadTopic(ref json, index, out topicIsEscaped), index, "topic");
            else if (json.ValueTextEquals("updated"u8)) Once(ref updated, ReadUpdated(ref json, index), index, "updated");
            else if (json.ValueTextEquals("before"u8)) Once(ref before, ReadRow(ref json, index, "before"), index, "before");
            else if (json.ValueTextEquals("__crdb__"u8)) throw ChangefeedReader.BareEnvelope();
            else
            {
                enriched |= json.ValueTextEquals("op"u8) || json.ValueTextEquals("ts_ns"u8) || json.ValueTextEquals("schema"u8);
                json.Read();
                json.Skip();
            }
        }

        bool complete = key is not null && after is not null && topic is not null && updated is not null;
        if (enriched && !complete) throw Malformed(index, "is in the enriched envelope: create the changefeed WITH envelope='wrapped'");
        if (topic is not { } topicRange) throw Malformed(index, "has no topic");
        if (key is not { } keyRange) throw Malformed(index, "has no key");
        if (after is not { } afterRange) throw Malformed(index, "has no after");
        if (updated is not { } version) throw Malformed(index, "has no updated timestamp: create the changefeed WITH updated");
        return new PayloadRow(new RowSlice(version, keyRange, afterRange, before.GetValueOrDefault()), topicRange, topicIsEscaped);
    }

    private static void Once<T>(ref T? slot, T value, int index, string name) where T : struct
    {
        if (slot is not null) throw Malformed(index, $"has {name} twice");
        slot = value;
    }

    /// <summary>Returns the place of an object; length 0 for null.</summary>
    private static ByteRange ReadRow(ref Utf8JsonReader json, int index, string name)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null) return default;
        if (json.TokenType != JsonTokenType.StartObject) throw Malformed(index, $"has an {name} that is neither an object nor null");
        return Skip(ref json);
    }

    private static ByteRange ReadKey(ref Utf8JsonReader json, int index)
    {
        json.Read();
        if (json.TokenType == JsonTokenType.StartObject)
            throw Malformed(index, "has an object as key (enriched envelope): create the changefeed WITH envelope='wrapped'");
        if (json.TokenType != JsonTokenType.StartArray) throw Malformed(index, "has a key that is not an array");
        int start = (int)json.TokenStartIndex;
        json.Read();
        if (json.TokenType == JsonTokenType.EndArray) throw Malformed(index, "has an empty key");
        while (json.TokenType != JsonTokenType.EndArray)
        {
            json.Skip();
            json.Read();
        }

        return new ByteRange(start, (int)json.BytesConsumed - start);
    }

    private static ByteRange ReadTopic(ref Utf8JsonReader json, int index, out bool escaped)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.String || json.ValueSpan.IsEmpty) throw Malformed(index, "has a topic that is not a name");
        escaped = json.ValueIsEscaped;
        return new ByteRange((int)json.TokenStartIndex + 1, json.ValueSpan.Length);
    }

    private static HlcTimestamp ReadUpdated(ref Utf8JsonReader json, int index)
    {
        json.Read();
        return ChangefeedReader.ReadTimestamp(ref json)
            ?? throw Malformed(index, "has an updated that is not a timestamp of the form wall.logical");
    }

    private static ByteRange Skip(ref Utf8JsonReader json)
    {
        int start = (int)json.TokenStartIndex;
        json.Skip();
        return new ByteRange(start, (int)json.BytesConsumed - start);
    }

    private static RefusedException Malformed(int index, string what) => RefusedException.Malformed($"payload[{index}] {what}");
}
