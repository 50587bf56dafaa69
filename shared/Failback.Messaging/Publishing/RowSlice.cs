using Failback.Contracts;
using Failback.Contracts.Rows;

namespace Failback.Messaging.Publishing;

/// <summary>Part of a body: offset and length in bytes.</summary>
public readonly record struct ByteRange(int Start, int Length);

/// <summary>
/// One row inside a request's body: the places of its raw JSON. It becomes a <see cref="RowFrame"/> only while its message is
/// written.
/// </summary>
/// <param name="Updated">The row version.</param>
/// <param name="Key">The key array.</param>
/// <param name="After">The row; length 0 for a delete.</param>
/// <param name="Before">The previous row; length 0 when there is none.</param>
public readonly record struct RowSlice(HlcTimestamp Updated, ByteRange Key, ByteRange After, ByteRange Before)
{
    /// <summary>See <see cref="RowFrame.IsMarked"/>.</summary>
    public bool IsMarked { get; init; }

    /// <summary>See <see cref="RowFrame.Note"/>.</summary>
    public ByteRange Note { get; init; }

    /// <summary>Size of the row's frame in bytes.</summary>
    public long FrameBytes =>
        (long)RowFrame.HeaderBytes + (IsMarked ? RowFrame.NoteBytes : 0) + Key.Length + After.Length + Before.Length + Note.Length;

    /// <summary>Returns the row as a frame over the bytes of its body.</summary>
    public RowFrame In(ReadOnlyMemory<byte> body) =>
        new(Updated, body.Slice(Key.Start, Key.Length), body.Slice(After.Start, After.Length), body.Slice(Before.Start, Before.Length))
        {
            IsMarked = IsMarked,
            Note = body.Slice(Note.Start, Note.Length),
        };
}
