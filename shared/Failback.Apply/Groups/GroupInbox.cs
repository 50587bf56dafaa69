using System.Text;
using Failback.Apply.Failures;
using Failback.Apply.Settings;
using Failback.Apply.Staging;
using Failback.Apply.Windows;
using Failback.Contracts;
using Failback.Contracts.Rows;
using Failback.Contracts.Words;
using Failback.Messaging.Broker;
using Failback.Messaging.Reading;
using Microsoft.Extensions.Logging;

namespace Failback.Apply.Groups;

/// <summary>
/// Sorts deliveries of a group's queues into rows and markers, drops what was accounted for before and notices what is missing.
/// </summary>
internal sealed class GroupInbox(string failback, IReadOnlyList<GroupTable> tables, MemoryShare memory, TimeProvider time, ILogger logger)
{
    private readonly Dictionary<(int Table, string Id), MessageEntry[]> _fragments = [];

    /// <summary>Bytes of messages held.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether one changefeed alone fills the queues.</summary>
    public SenderWatch Senders { get; } = new();

    /// <summary>Rows held.</summary>
    public int Rows { get; private set; }

    /// <summary>Takes a delivery.</summary>
    /// <exception cref="GroupHaltedException">Messages before it are missing in the queue.</exception>
    public void Take(QueueDelivery delivery)
    {
        GroupTable table = tables[delivery.Queue];
        long last = table.Settled.TryGetValue(delivery.Publisher, out PublisherPosition? settled) ? settled.Sequence : 0;
        if (delivery.Sequence <= last)
        {
            table.Hold(new MessageEntry(delivery.Tag, default, null));
            delivery.Drop();
            return;
        }

        MessageEntry entry = EntryOf(table, delivery, settled);
        table.Hold(entry);
        switch (delivery.Type)
        {
            case MessageTypes.Rows:
                AddRows(table, entry);
                break;
            case MessageTypes.Fragment:
                AddFragment(table, entry, delivery.Fragment!, delivery.Rows);
                break;
            case MessageTypes.Resolved:
                entry.High = HlcTimestamp.Parse(Encoding.UTF8.GetString(entry.Body.Span));
                if (entry.High > table.ReceivedResolved) table.ReceivedResolved = entry.High;
                // Every queue has the same ones.
                if (table.Index == 0) Senders.Note(entry.High, entry.PublishedAt);
                AbandonFragments(table, entry.High);
                break;
            default:
                throw new UnreadableMessageException($"a message of type '{delivery.Type}' is in the queue");
        }

        Bytes += entry.Size;
    }

    /// <summary>Counts what is held afresh, after messages were let go.</summary>
    public void Recount()
    {
        Bytes = tables.Sum(t => t.Held.Sum(e => e.Size));
        Rows = tables.Sum(t => t.Rows.Count);
    }

    private MessageEntry EntryOf(GroupTable table, QueueDelivery delivery, PublisherPosition? settled)
    {
        PublisherPosition? before = table.Seen.GetValueOrDefault(delivery.Publisher) ?? settled;
        long received = before is null ? delivery.Rows : delivery.Total - before.Total;
        long known = before?.Sequence ?? 0;
        if (delivery.Sequence != known + 1)
        {
            ApplyLog.Gap(logger, failback, table.Route.Queue, delivery.Publisher, known, delivery.Sequence);
            delivery.Drop();
            throw new GroupHaltedException(
                new Failure(
                    FailureKind.Unknown, ContinuityCodes.Broken,
                    $"messages are missing in queue {table.Route.Queue} ({known + 1} to {delivery.Sequence - 1} of "
                        + $"{delivery.Publisher}). Pause the failback, then failback rewind {failback} makes the feed anew from the "
                        + "applied timestamp"),
                table.Name);
        }

        table.Seen[delivery.Publisher] = new PublisherPosition(table.Name, delivery.Publisher, delivery.Sequence, delivery.Total);
        return new MessageEntry(delivery.Tag, delivery.Body, delivery.Buffer)
        {
            Publisher = delivery.Publisher,
            Sequence = delivery.Sequence,
            Total = delivery.Total,
            Received = received,
            PublishedAt = delivery.PublishedAt ?? time.GetUtcNow(),
            Traces = delivery.Traces,
            ReadAt = time.GetUtcNow(),
            IsMarker = delivery.Type == MessageTypes.Resolved,
        };
    }

    private void AddRows(GroupTable table, MessageEntry entry)
    {
        ReadOnlyMemory<byte> rest = entry.Body;
        while (!rest.IsEmpty)
        {
            int offset = entry.Body.Length - rest.Length;
            RowFrame row = RowFrame.Read(ref rest);
            entry.HasUnrouted |= row.IsMarked;
            if (row.IsFiltered) Drop(entry, row.Updated);
            else AddRow(table, entry, offset, row);
        }
    }

    /// <summary>A row that the script dropped before it had a queue of its own: it is only counted.</summary>
    private static void Drop(MessageEntry entry, HlcTimestamp updated)
    {
        entry.Rows++;
        if (updated > entry.High) entry.High = updated;
        entry.Count(Outcome.Filtered);
    }

    private void AddRow(GroupTable table, MessageEntry entry, int offset, in RowFrame row)
    {
        entry.Rows++;
        if (row.Updated > entry.High) entry.High = row.Updated;
        if (!new VersionRank(row.Updated, row.IsDelete).Beats(VersionRank.AppliedThrough(table.Checkpoint.Resolved)))
        {
            entry.Count(Outcome.Superseded);
            return;
        }

        table.Rows.Add(new Mutation(entry, offset, row.Updated));
        Rows++;
    }

    /// <summary>Slices are held until the last one completes the row; each is settled with the row.</summary>
    private void AddFragment(GroupTable table, MessageEntry entry, Fragment fragment, int rows)
    {
        entry.High = fragment.Updated;
        (int, string) id = (table.Index, fragment.Id);
        bool begun = _fragments.TryGetValue(id, out MessageEntry[]? parts);
        // Slices of a row come in their order, from one publisher: one without those before it belongs to a row that was given up, by this
        // owner or an earlier one, and would wait for ever.
        if (fragment.Updated < table.Checkpoint.Resolved || (fragment.Index > 0 && !begun))
        {
            entry.Rows = rows;
            entry.Count(Outcome.Superseded, rows);
            entry.Release();
            return;
        }

        if (fragment.Index == 0) AbandonEarlierTry(table, fragment, entry.Body.Span);
        entry.PartOf = entry;
        parts ??= _fragments[id] = new MessageEntry[fragment.Count];
        parts[fragment.Index] = entry;
        if (Array.Exists(parts, p => p is null)) return;
        _fragments.Remove(id);
        MessageBuffer row = memory.Rent(parts.Sum(p => p.Body.Length), 0);
        int offset = 0;
        foreach (MessageEntry part in parts)
        {
            part.Body.CopyTo(row.Memory[offset..]);
            offset += part.Body.Length;
            if (part == entry) continue;
            part.Release();
            part.PartOf = entry;
        }

        entry.Complete(row);
        RowFrame frame = entry.Frame(0);
        entry.HasUnrouted = frame.IsMarked;
        AddRow(table, entry, 0, frame);
    }

    /// <summary>
    /// A row that is still incomplete when its resolved timestamp arrives in the same queue comes from a sink that died before it answered:
    /// the changefeed has sent the row again since, so the slices can go.
    /// </summary>
    private void AbandonFragments(GroupTable table, HlcTimestamp resolved)
    {
        foreach ((int, string) id in _fragments.Where(f => f.Key.Table == table.Index && f.Value.First(p => p is not null).High <= resolved)
            .Select(f => f.Key).ToList())
            Abandon(id);
    }

    /// <summary>
    /// A changefeed sends a row again only after it gave the request before up: what that one left incomplete will not be completed, or
    /// nobody counts on it. Otherwise a sink that keeps dying over a large row would fill all that the queue may have out.
    /// </summary>
    private void AbandonEarlierTry(GroupTable table, Fragment fragment, ReadOnlySpan<byte> start)
    {
        foreach (((int Table, string) id, MessageEntry[] parts) in _fragments.ToList())
        {
            if (id.Table == table.Index && parts[0] is { } first && first.High == fragment.Updated
                && RowFrame.SameKey(first.Body.Span, start)) Abandon(id);
        }
    }

    private void Abandon((int, string) id)
    {
        if (!_fragments.Remove(id, out MessageEntry[]? parts)) return;
        foreach (MessageEntry part in parts)
        {
            if (part is null) continue;
            part.PartOf = null;
            part.Release();
        }
    }
}
