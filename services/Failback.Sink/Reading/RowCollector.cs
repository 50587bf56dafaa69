using System.Text;
using System.Text.Json;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Messaging.Publishing;
using Failback.Sink.Bodies;

namespace Failback.Sink.Reading;

/// <summary>Sorts the rows of one request by table, in request order.</summary>
internal sealed class RowCollector(FailbackSpec spec, TopicRouter router)
{
    private readonly List<(ByteRange Topic, TableRows Table)> _topics = [];
    private readonly List<TableRows> _tables = [];
    private string? _refused;
    private HlcTimestamp _latest;

    /// <summary>Rows added so far, including those of refused tables.</summary>
    internal int Count { get; private set; }

    internal void Add(in PayloadRow row, ReadOnlySpan<byte> body)
    {
        Count++;
        if (row.Row.Updated > _latest) _latest = row.Row.Updated;
        Table(row, body)?.Rows.Add(row.Row);
    }

    /// <exception cref="RefusedException">A table is unknown and the failback refuses that.</exception>
    internal ChangefeedBody Complete()
    {
        if (_refused is not null) throw new RefusedException(StatusCodes.Status422UnprocessableEntity, _refused);
        return new ChangefeedBody(_tables, Count, null) { Latest = _latest };
    }

    private TableRows? Table(in PayloadRow row, ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> topic = body.Slice(row.Topic.Start, row.Topic.Length);
        foreach ((ByteRange known, TableRows table) in _topics)
        {
            if (body.Slice(known.Start, known.Length).SequenceEqual(topic)) return table;
        }

        TableRows? found = Resolve(
            row.TopicIsEscaped ? Unescape(body.Slice(row.Topic.Start - 1, row.Topic.Length + 2)) : Encoding.UTF8.GetString(topic));
        if (found is not null) _topics.Add((row.Topic, found));
        return found;
    }

    private TableRows? Resolve(string topic)
    {
        TableRoute? route = router.Find(topic);
        if (route is null && spec.OnUnknownTable == UnknownTablePolicy.Reject)
        {
            // The refusal waits for the end of the body: a malformed body is answered 400 even when it also names an unknown table.
            _refused ??= $"failback {spec.Name} has no table {Printable(topic)}";
            return null;
        }

        string queue = route?.Queue ?? spec.UnknownTableQueue;
        string? unknown = route is null ? topic : null;

        // Two spellings of one topic belong to one table, whose rows must stay in one list to keep their order.
        TableRows? table = _tables.Find(known => known.Queue == queue && known.UnknownTopic == unknown);
        if (table is null) _tables.Add(table = new TableRows(queue, unknown, []));
        return table;
    }

    private static string Unescape(ReadOnlySpan<byte> quoted)
    {
        var json = new Utf8JsonReader(quoted);
        json.Read();
        return json.GetString()!;
    }

    private static string Printable(string topic)
    {
        string text = topic.Length > 200 ? topic[..200] + "…" : topic;
        return string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
    }
}
