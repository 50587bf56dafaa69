using System.Buffers;
using Failback.Contracts;
using Failback.Contracts.Rows;

namespace Failback.Apply.Windows;

/// <summary>
/// A message held between its arrival and its acknowledgement, with what became of its rows. It is settled when every row has
/// an outcome; only settled messages at the head of their queue are counted and acknowledged.
/// </summary>
public sealed class MessageEntry(int table, ulong deliveryTag, string publisher, long sequence, ReadOnlyMemory<byte> body, byte[]? rented)
{
    private byte[]? buffer = rented;

    /// <summary>Index of the table in its group.</summary>
    public int Table { get; } = table;

    public ulong DeliveryTag { get; } = deliveryTag;

    public string Publisher { get; } = publisher;

    public long Sequence { get; } = sequence;

    /// <summary>Running total of rows of the publisher up to this message.</summary>
    public long Total { get; init; }

    /// <summary>Rows that arrived by the publisher's count since its message before; what the outcomes must add up to.</summary>
    public long Received { get; init; }

    /// <summary>Resolved timestamp the message carries, or the highest version among its rows.</summary>
    public HlcTimestamp High { get; set; }

    public ReadOnlyMemory<byte> Body { get; private set; } = body;

    /// <summary>Bytes held for it.</summary>
    public int Size { get; } = (rented?.Length ?? body.Length) + 200;

    public int Rows { get; set; }

    public int Applied { get; set; }

    public int Superseded { get; set; }

    public int Filtered { get; set; }

    public int DeadLettered { get; set; }

    /// <summary>Rows that wait in the staging schema for a foreign key; they stay in flight.</summary>
    public int Waiting { get; set; }

    /// <summary>True once every row has an outcome and the marker, if it is one, has been passed.</summary>
    public bool IsSettled => Rows == Applied + Superseded + Filtered + DeadLettered + Waiting;

    /// <summary>The row that starts at <paramref name="offset"/> of the body.</summary>
    public RowFrame Frame(int offset)
    {
        ReadOnlyMemory<byte> rest = Body[offset..];
        return RowFrame.Read(ref rest);
    }

    /// <summary>Gives the buffer back; the rows must not be read any more.</summary>
    public void Release()
    {
        Body = default;
        if (buffer is null) return;
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = null;
    }

    /// <summary>Forgets the outcomes of an attempt that was rolled back.</summary>
    public void ResetTo(in Outcomes saved)
    {
        Applied = saved.Applied;
        Superseded = saved.Superseded;
        Filtered = saved.Filtered;
        DeadLettered = saved.DeadLettered;
        Waiting = saved.Waiting;
    }

    public Outcomes Save() => new(Applied, Superseded, Filtered, DeadLettered, Waiting);

    /// <summary>Outcome counts of one message at one moment.</summary>
    public readonly record struct Outcomes(int Applied, int Superseded, int Filtered, int DeadLettered, int Waiting);
}
