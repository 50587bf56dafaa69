using Failback.Contracts.Rows;

namespace Failback.Messaging.Publishing;

/// <summary>Copies a frame, or a stretch of one, to where a message is being built.</summary>
internal static class FrameCopy
{
    /// <summary>
    /// Writes as many bytes of the frame from <paramref name="offset"/> on as <paramref name="destination"/> takes; returns how many.
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
