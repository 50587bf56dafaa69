using System.Buffers;
using System.Text;
using Failback.Contracts;
using Failback.Contracts.Rows;
using Xunit;

namespace Failback.Tests.Contracts;

public sealed class RowFrameTests
{
    private static readonly RowFrame Plain = new(
        new HlcTimestamp(123456789, int.MaxValue), "[1]"u8.ToArray(), "{\"a\":1}"u8.ToArray(), "{\"a\":0}"u8.ToArray());

    [Fact]
    public void Frames_with_and_without_a_mark_are_read_back_from_one_body()
    {
        RowFrame[] frames = [
            Plain, Plain with { IsMarked = true }, Plain with { IsMarked = true, Note = "line 3: héllo"u8.ToArray() },
            Plain with { After = default, Before = default }];
        var body = new ArrayBufferWriter<byte>();
        foreach (RowFrame frame in frames) frame.WriteTo(body);
        Assert.Equal(frames.Sum(frame => frame.Size), body.WrittenCount);
        ReadOnlyMemory<byte> rest = body.WrittenMemory;
        foreach (RowFrame frame in frames) AssertSame(frame, RowFrame.Read(ref rest));
        Assert.True(rest.IsEmpty);
    }

    [Fact]
    public void A_marked_frame_without_a_note_is_a_dropped_row()
    {
        Assert.False(Plain.IsFiltered);
        Assert.True((Plain with { IsMarked = true }).IsFiltered);
        Assert.False((Plain with { IsMarked = true, Note = "x"u8.ToArray() }).IsFiltered);
    }

    [Fact]
    public void A_marked_frame_that_is_cut_off_anywhere_is_refused()
    {
        var body = new ArrayBufferWriter<byte>();
        (Plain with { IsMarked = true, Note = "note"u8.ToArray() }).WriteTo(body);
        for (int length = 0; length < body.WrittenCount; length++)
        {
            ReadOnlyMemory<byte> cut = body.WrittenMemory[..length];
            Assert.Throws<FormatException>(() => RowFrame.Read(ref cut));
        }
    }

    [Fact]
    public void Marked_frames_of_one_key_are_recognised_by_their_beginnings()
    {
        byte[] first = Bytes(Plain with { IsMarked = true, Note = "one"u8.ToArray() });
        byte[] second = Bytes(Plain with { IsMarked = true, Note = "two"u8.ToArray(), After = default });
        Assert.True(RowFrame.SameKey(first.AsSpan(0, RowFrame.HeaderBytes + RowFrame.NoteBytes + 3), second));
        Assert.False(RowFrame.SameKey(first, Bytes((Plain with { IsMarked = true, Key = "[2]"u8.ToArray() }))));
    }

    private static byte[] Bytes(RowFrame frame)
    {
        var body = new ArrayBufferWriter<byte>();
        frame.WriteTo(body);
        return body.WrittenSpan.ToArray();
    }

    private static void AssertSame(RowFrame expected, RowFrame actual)
    {
        Assert.Equal(expected.Updated, actual.Updated);
        Assert.Equal(expected.IsMarked, actual.IsMarked);
        Assert.Equal(
            new[] { expected.Key, expected.After, expected.Before, expected.Note }.Select(part => Encoding.UTF8.GetString(part.Span)),
            new[] { actual.Key, actual.After, actual.Before, actual.Note }.Select(part => Encoding.UTF8.GetString(part.Span)));
    }
}
