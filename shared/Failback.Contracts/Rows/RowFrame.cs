using System.Buffers;
using System.Buffers.Binary;

namespace Failback.Contracts.Rows;

/// <summary>
/// One changefeed row as it travels from sink to applier: the version and the raw JSON bytes received, nothing re-serialised.
/// Layout, little-endian: int64 wall, int32 logical, int32 key length, int32 after length (-1: the row was deleted),
/// int32 before length (-1: not sent), then the bytes of key, after and before. A message body is frames end to end.
/// A frame that a userscript marked has the sign bit of logical set, the length of a note (int32) behind the header and the note at the
/// end.
/// </summary>
/// <param name="Updated">The row version.</param>
/// <param name="Key">JSON array of the source's primary key values in index order.</param>
/// <param name="After">JSON object of the row; empty for a delete.</param>
/// <param name="Before">JSON object of the previous row; empty when the changefeed does not send it or there was none.</param>
public readonly record struct RowFrame(
    HlcTimestamp Updated, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> After, ReadOnlyMemory<byte> Before)
{
    /// <summary>Bytes before the key; of a marked frame <see cref="NoteBytes"/> more.</summary>
    public const int HeaderBytes = 24;

    /// <summary>Further header bytes of a marked frame.</summary>
    public const int NoteBytes = 4;

    private const int Mark = int.MinValue;

    /// <summary>True when the source row was deleted.</summary>
    public bool IsDelete => After.IsEmpty;

    /// <summary>The schema-level userscript had its say: it dropped the row, or failed on it.</summary>
    public bool IsMarked { get; init; }

    /// <summary>Of a marked row, what the script failed with, in UTF-8; empty: the script dropped the row.</summary>
    public ReadOnlyMemory<byte> Note { get; init; }

    /// <summary>The script dropped the row: it is counted, nothing else.</summary>
    public bool IsFiltered => IsMarked && Note.IsEmpty;

    /// <summary>Bytes before the key.</summary>
    public int HeaderSize => IsMarked ? HeaderBytes + NoteBytes : HeaderBytes;

    /// <summary>Bytes of the whole frame.</summary>
    public long Size => (long)HeaderSize + Key.Length + After.Length + Before.Length + Note.Length;

    /// <summary>Writes the <see cref="HeaderSize"/> header bytes.</summary>
    public void WriteHeader(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination, Updated.Wall);
        BinaryPrimitives.WriteInt32LittleEndian(destination[8..], IsMarked ? Updated.Logical | Mark : Updated.Logical);
        BinaryPrimitives.WriteInt32LittleEndian(destination[12..], Key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(destination[16..], After.IsEmpty ? -1 : After.Length);
        BinaryPrimitives.WriteInt32LittleEndian(destination[20..], Before.IsEmpty ? -1 : Before.Length);
        if (IsMarked) BinaryPrimitives.WriteInt32LittleEndian(destination[HeaderBytes..], Note.Length);
    }

    /// <summary>Appends the whole frame.</summary>
    public void WriteTo(IBufferWriter<byte> writer)
    {
        WriteHeader(writer.GetSpan(HeaderSize));
        writer.Advance(HeaderSize);
        writer.Write(Key.Span);
        writer.Write(After.Span);
        writer.Write(Before.Span);
        writer.Write(Note.Span);
    }

    /// <summary>
    /// True when two frames, of which only the beginnings may be at hand, are of the same key; false when that cannot be seen.
    /// </summary>
    public static bool SameKey(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length < HeaderBytes || right.Length < HeaderBytes) return false;
        int length = BinaryPrimitives.ReadInt32LittleEndian(left[12..]);
        int start = HeaderAt(left);
        return length >= 0 && start == HeaderAt(right) && left.Length >= start + length && right.Length >= start + length
            && left.Slice(12, 4).SequenceEqual(right.Slice(12, 4)) && left.Slice(start, length).SequenceEqual(right.Slice(start, length));
    }

    /// <summary>Takes the first frame off <paramref name="body"/>; the memory of the frame is a slice of it.</summary>
    /// <exception cref="FormatException">The body ends inside a frame or a length is impossible.</exception>
    public static RowFrame Read(ref ReadOnlyMemory<byte> body)
    {
        ReadOnlySpan<byte> span = body.Span;
        if (span.Length < HeaderBytes) throw new FormatException($"row frame cut off: {span.Length} bytes left, {HeaderBytes} needed");
        int logical = BinaryPrimitives.ReadInt32LittleEndian(span[8..]);
        var updated = new HlcTimestamp(BinaryPrimitives.ReadInt64LittleEndian(span), logical & ~Mark);
        int key = BinaryPrimitives.ReadInt32LittleEndian(span[12..]);
        int after = Math.Max(0, BinaryPrimitives.ReadInt32LittleEndian(span[16..]));
        int before = Math.Max(0, BinaryPrimitives.ReadInt32LittleEndian(span[20..]));
        int start = HeaderAt(span);
        int note = logical >= 0 ? 0 : span.Length >= start ? BinaryPrimitives.ReadInt32LittleEndian(span[HeaderBytes..]) : -1;
        if (key < 0 || note < 0 || (long)start + key + after + before + note > span.Length)
            throw new FormatException("row frame longer than its message");
        var frame = new RowFrame(
            updated,
            body.Slice(start, key),
            body.Slice(start + key, after),
            body.Slice(start + key + after, before))
        {
            IsMarked = logical < 0,
            Note = body.Slice(start + key + after + before, note),
        };
        body = body[(start + key + after + before + note)..];
        return frame;
    }

    private static int HeaderAt(ReadOnlySpan<byte> frame) => frame[11] >= 0x80 ? HeaderBytes + NoteBytes : HeaderBytes;
}
