using Failback.Contracts;
using Failback.Contracts.Rows;
using Failback.Messaging.Broker;
using Failback.Messaging.Reading;

namespace Failback.Apply.Windows;

/// <summary>
/// A message held between its arrival and its acknowledgement, with what became of its rows. It is settled when every row has
/// an outcome; only settled messages at the head of their queue are counted and acknowledged.
/// </summary>
public sealed class MessageEntry(ulong deliveryTag, ReadOnlyMemory<byte> body, MessageBuffer? held)
{
    private readonly int[] _outcomes = new int[Enum.GetValues<Outcome>().Length];
    private MessageBuffer? _buffer = held;

    public ulong DeliveryTag { get; } = deliveryTag;

    /// <summary>Publisher that numbered it; empty for a message that had been accounted for before.</summary>
    public string Publisher { get; init; } = "";

    public long Sequence { get; init; }

    /// <summary>Rows of the publisher up to and including this message.</summary>
    public long Total { get; init; }

    /// <summary>Rows that arrived by the publisher's own count; what the outcomes must add up to.</summary>
    public long Received { get; init; }

    /// <summary>When the sink published it.</summary>
    public DateTimeOffset PublishedAt { get; init; }

    /// <summary>Traces of the requests whose rows it holds, see <see cref="MessageHeaders.Traces"/>; null: none is recorded.</summary>
    public string? Traces { get; init; }

    /// <summary>When it was read from the queue.</summary>
    public DateTimeOffset ReadAt { get; init; }

    /// <summary>The message is a resolved timestamp.</summary>
    public bool IsMarker { get; init; }

    /// <summary>Resolved timestamp the message carries, or the highest version among its rows.</summary>
    public HlcTimestamp High { get; set; }

    public ReadOnlyMemory<byte> Body { get; private set; } = body;

    public int Rows { get; set; }

    /// <summary>Some of its rows could not be routed by the userscript.</summary>
    public bool HasUnrouted { get; set; }

    /// <summary>The message whose row this one is a slice of; settled when that is. Itself while the row is incomplete.</summary>
    public MessageEntry? PartOf { get; set; }

    /// <summary>
    /// Rows that became letters: they are counted with their letter, in its transaction, because the letter lives on whatever happens to
    /// the message.
    /// </summary>
    public int CountedAsLetters => Of(Outcome.DeadLettered) + Of(Outcome.Waiting);

    /// <summary>Bytes of rows held.</summary>
    public long Size => Body.Length;

    /// <summary>True once every row has an outcome.</summary>
    public bool IsSettled => PartOf is null ? Rows == _outcomes.Sum() : PartOf != this && PartOf.IsSettled;

    /// <summary>Rows with the given outcome.</summary>
    public int Of(Outcome outcome) => _outcomes[(int)outcome];

    /// <summary>Counts one row's outcome, or takes it back.</summary>
    public void Count(Outcome outcome, int change = 1) => _outcomes[(int)outcome] += change;

    /// <summary>The row that starts at <paramref name="offset"/> of the body.</summary>
    public RowFrame Frame(int offset)
    {
        ReadOnlyMemory<byte> rest = Body[offset..];
        return RowFrame.Read(ref rest);
    }

    /// <summary>Replaces the slice by the whole row it completed.</summary>
    public void Complete(MessageBuffer row)
    {
        Release();
        _buffer = row;
        Body = row.Memory;
        PartOf = null;
    }

    /// <summary>Gives the buffer back; the rows must not be read any more.</summary>
    public void Release()
    {
        Body = default;
        _buffer?.Dispose();
    }
}
