using Failback.Apply.Groups;
using Failback.Apply.Staging;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Rows;
using Failback.Messaging.Broker;
using Failback.Messaging.Reading;
using Failback.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Failback.Tests.Apply.Groups;

/// <summary>An inbox of one table, fed with messages by hand.</summary>
internal sealed class Inbox : IDisposable
{
    private readonly MemoryShare _share = new(new MemoryBudget(1 << 20));
    private readonly GroupInbox _inbox;
    private ulong _tag;

    public Inbox(HlcTimestamp checkpoint = default)
    {
        Table = new GroupTable(0, new TableRoute { Source = "shop.t", Target = "shop.t", Queue = "q" }, Sample.Table("id a", "id"));
        Table.Checkpoint = Table.Checkpoint with { Resolved = checkpoint };
        _inbox = new GroupInbox("shop", [Table], _share, new SteppedTime(Now), NullLogger.Instance);
    }

    public static DateTimeOffset Now { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public GroupTable Table { get; }

    /// <summary>What the messages held take.</summary>
    public long Memory => _share.Used;

    /// <summary>Rows and bytes held, as the inbox counts them.</summary>
    public (int Rows, long Bytes) Held => (_inbox.Rows, _inbox.Bytes);

    /// <summary>
    /// Numbers of the messages that may be acknowledged once everything up to a timestamp is in the target, by publisher.
    /// </summary>
    public string Settled(long resolved = 0) =>
        string.Join(
            ' ', Table.SettledMessages(Sample.At(resolved))
            .Select(e => e.Publisher.Length == 0 ? $"tag{e.DeliveryTag}" : $"{e.Publisher}{e.Sequence}"));

    /// <summary>The target has accounted for the publisher's messages up to this one.</summary>
    public void Known(string publisher, long sequence, long total) =>
        Table.Settled[publisher] = new PublisherPosition("shop.t", publisher, sequence, total);

    public void Rows(string publisher, long sequence, long total, params RowFrame[] rows) =>
        Take(Message(MessageTypes.Rows, publisher, sequence, rows.Length, total, Sample.Body(rows)));

    public void Marker(string publisher, long sequence, long total, long resolved) =>
        Take(Message(MessageTypes.Resolved, publisher, sequence, 0, total, Sample.Bytes(Sample.At(resolved).ToString())));

    /// <summary>A slice of a row cut into <paramref name="count"/> parts; the last one completes it.</summary>
    public void Slice(string publisher, long sequence, string id, int index, int count, RowFrame row)
    {
        byte[] frame = Sample.Body(row);
        int each = (frame.Length + count - 1) / count;
        int last = index == count - 1 ? 1 : 0;
        byte[] part = frame[(index * each)..Math.Min(frame.Length, (index + 1) * each)];
        Take(Message(
            MessageTypes.Fragment, publisher, sequence, last, last, part) with
        { Fragment = new Fragment(id, index, count, row.Updated) });
    }

    public void Take(QueueDelivery delivery) => _inbox.Take(delivery);

    public QueueDelivery Message(string type, string publisher, long sequence, int rows, long total, byte[] body)
    {
        MessageBuffer buffer = _share.Rent(body.Length, rows);
        body.CopyTo(buffer.Memory);
        return new QueueDelivery
        {
            Queue = 0,
            Tag = ++_tag,
            Type = type,
            Publisher = publisher,
            Sequence = sequence,
            Rows = rows,
            Total = total,
            Buffer = buffer
        };
    }

    /// <summary>Acknowledges what may be, as the group does after its commit.</summary>
    public IReadOnlyList<Acknowledgement> Release(long resolved)
    {
        IReadOnlyList<Acknowledgement> told = Table.Release(Table.SettledMessages(Sample.At(resolved)));
        _inbox.Recount();
        return told;
    }

    public void Dispose() => _share.Dispose();
}
