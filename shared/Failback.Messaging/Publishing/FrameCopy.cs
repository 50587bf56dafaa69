using Failback.Contracts.Rows;

namespace Failback.Messaging.Publishing;

/// <summary>Copies a frame, or a part of one, into the message that is being built.</summary>
internal static class FrameCopy
{
    /// <summary>
    /// Writes the bytes of the frame from <paramref name="offset"/> on, as many as fit into <paramref name="destination"/>, and
    /// returns their number.
    /// </summary>
    internal static int Copy(in RowFrame frame, long offset, Span<byte> destination)
    {
        Span<byte> header = stackalloc byte[RowFrame.HeaderBytes + RowFrame.NoteBytes];
        frame.WriteHeader(header);
        int written = 0;
        Part(header[..frame.HeaderSize], ref offset, destination, ref written);
        Part(frame.Key.Span, ref offset, destination, ref written);
        Part(frame.After.Span, ref offset, destination, ref written);
        Part(frame.Before.Span, ref offset, destination, ref written);
        Part(frame.Note.Span, ref offset, destination, ref written);
        return written;
    }

    private static void Part(ReadOnlySpan<byte> part, ref long offset, Span<byte> destination, ref int written)
    {
        if (offset >= part.Length)
        {
            offset -= part.Length;
            return;
        }

        ReadOnlySpan<byte> rest = part[(int)offset..];
        int count = Math.Min(rest.Length, destination.Length - written);
        rest[..count].CopyTo(destination[written..]);
        written += count;
        offset = 0;
    }
}
