using System.Buffers;
using Failback.Contracts;
using Failback.Contracts.Rows;
using Failback.Messaging.Publishing;
using Xunit;

namespace Failback.Tests.Messaging;

public sealed class FrameCopyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(24)]
    [InlineData(25)]
    [InlineData(100)]
    [InlineData(1000)]
    public void Pieces_of_any_size_make_up_the_frame(int piece)
    {
        var frame = new RowFrame(
            new HlcTimestamp(123456789, 7), "[1, 2]"u8.ToArray(), "{\"a\": \"some text\"}"u8.ToArray(), "{\"b\": 1}"u8.ToArray());
        AreWhole(frame, piece);
        AreWhole(frame with { IsMarked = true }, piece);
        AreWhole(frame with { IsMarked = true, Note = "line 3: no such region"u8.ToArray() }, piece);
    }

    private static void AreWhole(RowFrame frame, int piece)
    {
        var expected = new ArrayBufferWriter<byte>();
        frame.WriteTo(expected);
        var actual = new List<byte>();
        byte[] buffer = new byte[piece];
        for (long offset = 0; offset < frame.Size; offset += piece)
        {
            int count = FrameCopy.Copy(frame, offset, buffer);
            Assert.True(count == piece || offset + count == frame.Size);
            actual.AddRange(buffer.AsSpan(0, count));
        }

        Assert.Equal(expected.WrittenSpan, [.. actual]);
    }
}
