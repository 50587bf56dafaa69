using System.Buffers;
using System.Globalization;
using System.Text;
using Failback.Contracts.Rows;
using Failback.Messaging.Broker;
using Failback.Messaging.Reading;
using Failback.Testing.Changefeeds;

namespace Failback.Dialects.Tests.Simulation;

/// <summary>
/// Table queues as sinks fill them, in memory: several publishers with their own numbering, messages kept until they are acknowledged,
/// delivered again in order to the next reader.
/// </summary>
internal sealed class SimulatedQueues(IReadOnlyList<string> tables, int publishers, TimeSpan age, TimeProvider time, Random random)
{
    private readonly List<QueueDelivery>[] _messages = [.. tables.Select(_ => new List<QueueDelivery>())];
    private readonly int[] _first = new int[tables.Count];
    private readonly HashSet<int>[] _acknowledged = [.. tables.Select(_ => new HashSet<int>())];
    private readonly Dictionary<(int Publisher, int Queue), (long Sequence, long Total)> _positions = [];
    private readonly int[] _epochs = new int[publishers];

    public int Count => tables.Count;

    public long Rows { get; private set; }

    /// <summary>Messages before it are gone.</summary>
    public int First(int queue) => _first[queue];

    public bool IsAcknowledged(int queue, int place) => place < _first[queue] || _acknowledged[queue].Contains(place);

    /// <summary>Messages before <paramref name="place"/> that are not acknowledged.</summary>
    public int Out(int queue, int place) =>
        Enumerable.Range(_first[queue], Math.Max(0, place - _first[queue])).Count(p => !_acknowledged[queue].Contains(p));

    public int Length(int queue) => _messages[queue].Count;

    public bool IsDrained => Enumerable.Range(0, Count).All(q => _first[q] == _messages[q].Count);

    /// <summary>One request through a random sink: a message per table, or a marker in every queue.</summary>
    public void Publish(FeedRequest request)
    {
        int publisher = random.Next(publishers);
        if (random.Next(40) == 0) _epochs[publisher]++;
        if (request.Resolved is { } resolved)
        {
            for (int queue = 0; queue < Count; queue++) Add(
                publisher, queue, MessageTypes.Resolved, Encoding.UTF8.GetBytes(resolved.ToString()), 0, null);
            return;
        }

        foreach (IGrouping<string, FeedRow> rows in request.Rows.GroupBy(r => r.Topic.Split('.')[^1], StringComparer.Ordinal))
        {
            int queue = tables.ToList().IndexOf(rows.Key);
            if (random.Next(12) == 0) foreach (FeedRow row in rows) AddFragments(publisher, queue, row);
            else Add(publisher, queue, MessageTypes.Rows, Body(rows), rows.Count(), null);
        }
    }

    /// <summary>The sinks begin anew: publishers that were never heard of, numbered from 1.</summary>
    public void RestartPublishers()
    {
        for (int i = 0; i < _epochs.Length; i++) _epochs[i]++;
    }

    /// <summary>The message at a place of a queue, in a buffer of its reader.</summary>
    public QueueDelivery Deliver(int queue, int place, MemoryShare memory)
    {
        QueueDelivery message = _messages[queue][place];
        MessageBuffer buffer = memory.Rent(message.Body.Length, message.Rows);
        message.Body.CopyTo(buffer.Memory);
        return message with { Tag = (ulong)place + 1, PublishedAt = time.GetUtcNow() - age, Buffer = buffer };
    }

    public void Acknowledge(int queue, ulong tag, bool multiple)
    {
        int place = (int)tag - 1;
        if (IsAcknowledged(queue, place)) throw new InvalidOperationException("acknowledged twice");
        for (int i = multiple ? _first[queue] : place; i <= place; i++) _acknowledged[queue].Add(i);
        while (_acknowledged[queue].Remove(_first[queue])) _first[queue]++;
    }

    private static byte[] Body(IEnumerable<FeedRow> rows)
    {
        var body = new ArrayBufferWriter<byte>();
        foreach (FeedRow row in rows) Frame(row).WriteTo(body);
        return body.WrittenSpan.ToArray();
    }

    private static RowFrame Frame(FeedRow row) =>
        new(row.Updated, Bytes(row.Key), row.After is null
            ? default
            : Bytes(row.After), row.Before is null or "null"
            ? default
            : Bytes(row.Before));

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>
    /// A row in slices, as if it were too large for a message; sometimes the sink dies in the middle and the row comes again.
    /// </summary>
    private void AddFragments(int publisher, int queue, FeedRow row)
    {
        byte[] body = Body([row]);
        int count = random.Next(2, 4);
        if (random.Next(15) == 0)
        {
            AddFragment(publisher, queue, row, body, "dead" + Rows.ToString(CultureInfo.InvariantCulture) + random.Next(), 0, count);
            _epochs[publisher]++;
        }

        string id = "row" + random.Next().ToString(CultureInfo.InvariantCulture);
        for (int i = 0; i < count; i++) AddFragment(publisher, queue, row, body, id, i, count);
    }

    private void AddFragment(int publisher, int queue, FeedRow row, byte[] body, string id, int index, int count)
    {
        int part = body.Length / count;
        byte[] slice = index == count - 1 ? body[(index * part)..] : body[(index * part)..((index + 1) * part)];
        Add(publisher, queue, MessageTypes.Fragment, slice, index == count - 1 ? 1 : 0, new Fragment(id, index, count, row.Updated));
    }

    private void Add(int publisher, int queue, string type, byte[] body, int rows, Fragment? fragment)
    {
        int epoch = (publisher * 100_000) + _epochs[publisher];
        (long sequence, long total) = _positions.GetValueOrDefault((epoch, queue));
        _positions[(epoch, queue)] = (sequence + 1, total + rows);
        Rows += rows;
        using var broker = new MemoryShare(new MemoryBudget(long.MaxValue));
        MessageBuffer buffer = broker.Rent(body.Length, rows);
        body.CopyTo(buffer.Memory);
        _messages[queue].Add(new QueueDelivery
        {
            Queue = queue,
            Tag = 0,
            Type = type,
            Publisher = epoch.ToString(CultureInfo.InvariantCulture),
            Sequence = sequence + 1,
            Rows = rows,
            Total = total + rows,
            Fragment = fragment,
            Buffer = buffer,
        });
    }
}
