using System.Buffers;
using System.Buffers.Binary;

namespace Failback.Contracts.Rows;

/// <summary>
/// One changefeed row as it travels from sink to applier: the version and the raw JSON bytes received, nothing re-serialised.
/// Layout, little-endian: int64 wall, int32 logical, int32 key length, int32 after length (-1: the row was deleted),
/// int32 before length (-1: not sent), then the bytes of key, after and before. A message body is frames end to end.
/// </summary>
/// <param name="Updated">The row version.</param>
/// <param name="Key">JSON array of the source's primary key values in index order.</param>
/// <param name="After">JSON object of the row; empty for a delete.</param>
/// <param name="Before">JSON object of the previous row; empty when the changefeed does not send it or there was none.</param>
public readonly record struct RowFrame(HlcTimestamp Updated, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> After, ReadOnlyMemory<byte> Before)
{
    /// <summary>Bytes before the key.</summary>
    public const int HeaderBytes = 24;

    /// <summary>True when the source row was deleted.</summary>
    public bool IsDelete => After.IsEmpty;

    /// <summary>Bytes of the whole frame.</summary>
    public long Size => (long)HeaderBytes + Key.Length + After.Length + Before.Length;

    /// <summary>Writes the 24 header bytes.</summary>
    public void WriteHeader(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination, Updated.Wall);
        BinaryPrimitives.WriteInt32LittleEndian(destination[8..], Updated.Logical);
        BinaryPrimitives.WriteInt32LittleEndian(destination[12..], Key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(destination[16..], After.IsEmpty ? -1 : After.Length);
        BinaryPrimitives.WriteInt32LittleEndian(destination[20..], Before.IsEmpty ? -1 : Before.Length);
    }

    /// <summary>Appends the whole frame.</summary>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        WriteHeader(writer.GetSpan(HeaderBytes));
        writer.Advance(HeaderBytes);
        writer.Write(Key.Span);
        writer.Write(After.Span);
        writer.Write(Before.Span);
    }

    /// <summary>True when two frames, of which only the beginnings may be at hand, are of the same key; false when that cannot be seen.</summary>
    public static bool SameKey(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length < HeaderBytes || right.Length < HeaderBytes) return false;
        int length = BinaryPrimitives.ReadInt32LittleEndian(left[12..]);
        return length >= 0 && left.Length >= HeaderBytes + length && right.Length >= HeaderBytes + length
            && left.Slice(12, 4).SequenceEqual(right.Slice(12, 4)) && left.Slice(HeaderBytes, length).SequenceEqual(right.Slice(HeaderBytes, length));
    }

    /// <summary>Takes the first frame off <paramref name="body"/>; the memory of the frame is a slice of it.</summary>
    /// <exception cref="FormatException">The body ends inside a frame or a length is impossible.</exception>
    public static RowFrame Read(ref ReadOnlyMemory<byte> body)
    {
        ReadOnlySpan<byte> span = body.Span;
        if (span.Length < HeaderBytes) throw new FormatException($"row frame cut off: {span.Length} bytes left, {HeaderBytes} needed");
        var updated = new HlcTimestamp(BinaryPrimitives.ReadInt64LittleEndian(span), BinaryPrimitives.ReadInt32LittleEndian(span[8..]));
        int key = BinaryPrimitives.ReadInt32LittleEndian(span[12..]);
        int after = Math.Max(0, BinaryPrimitives.ReadInt32LittleEndian(span[16..]));
        int before = Math.Max(0, BinaryPrimitives.ReadInt32LittleEndian(span[20..]));
        if (key < 0 || (long)HeaderBytes + key + after + before > span.Length) throw new FormatException("row frame longer than its message");
        var frame = new RowFrame(
            updated,
            body.Slice(HeaderBytes, key),
            body.Slice(HeaderBytes + key, after),
            body.Slice(HeaderBytes + key + after, before));
        body = body[(HeaderBytes + key + after + before)..];
        return frame;
    }
}
