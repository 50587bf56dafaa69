using System.Buffers.Binary;

namespace Failback.EndToEnd.Tests.Deployment;

/// <summary>Reads the fields of a message in protocol buffers' encoding: their numbers, and their bytes or 64-bit values.</summary>
internal static class ProtobufFields
{
    public static List<(int Number, ReadOnlyMemory<byte> Bytes, ulong Value)> Read(ReadOnlyMemory<byte> message)
    {
        var fields = new List<(int, ReadOnlyMemory<byte>, ulong)>();
        int at = 0;
        while (at < message.Length)
        {
            ulong tag = Varint(message.Span, ref at);
            int number = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    fields.Add((number, default, Varint(message.Span, ref at)));
                    break;
                case 1:
                    fields.Add((number, default, BinaryPrimitives.ReadUInt64LittleEndian(message.Span[at..])));
                    at += sizeof(ulong);
                    break;
                case 2:
                    int length = (int)Varint(message.Span, ref at);
                    fields.Add((number, message.Slice(at, length), 0));
                    at += length;
                    break;
                case 5:
                    fields.Add((number, default, BinaryPrimitives.ReadUInt32LittleEndian(message.Span[at..])));
                    at += sizeof(uint);
                    break;
                default:
                    throw new FormatException($"field {number} has the wire type {tag & 7}");
            }
        }

        return fields;
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = bytes[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
    }
}
