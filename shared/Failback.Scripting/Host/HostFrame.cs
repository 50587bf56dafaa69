using System.Buffers.Binary;

namespace Failback.Scripting.Host;

/// <summary>
/// The frames in the pipes between a service and the process of its script: length of the content (4 bytes, little endian), kind (1
/// byte), content.
/// </summary>
internal static class HostFrame
{
    public const byte Load = 1;
    public const byte Run = 2;
    public const byte Done = 3;
    public const byte Limit = 4;
    public const byte Failed = 5;
    public const byte Open = 6;
    private const int HeaderBytes = 5;
    private const int LargestBytes = 1 << 30;

    /// <summary>Writes a frame.</summary>
    public static void Write(Stream stream, byte kind, ReadOnlySpan<byte> content)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        BinaryPrimitives.WriteInt32LittleEndian(header, content.Length);
        header[4] = kind;
        stream.Write(header);
        stream.Write(content);
        stream.Flush();
    }

    /// <summary>Writes a frame.</summary>
    public static async Task WriteAsync(Stream stream, byte kind, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        byte[] header = new byte[HeaderBytes];
        BinaryPrimitives.WriteInt32LittleEndian(header, content.Length);
        header[4] = kind;
        await stream.WriteAsync(header, cancellationToken);
        await stream.WriteAsync(content, cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    /// <summary>Reads a frame; null at the end of the stream.</summary>
    public static (byte Kind, byte[] Content)? Read(Stream stream)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes) return null;
        byte[] content = new byte[LengthOf(header)];
        stream.ReadExactly(content);
        return (header[4], content);
    }

    /// <summary>Reads a frame; null at the end of the stream.</summary>
    public static async Task<(byte Kind, byte[] Content)?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] header = new byte[HeaderBytes];
        if (await stream.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false, cancellationToken) < HeaderBytes) return null;
        byte[] content = new byte[LengthOf(header)];
        await stream.ReadExactlyAsync(content, cancellationToken);
        return (header[4], content);
    }

    private static int LengthOf(ReadOnlySpan<byte> header)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(header);
        return length is >= 0 and <= LargestBytes
            ? length
            : throw new InvalidDataException("the frame of a script's process has no possible length");
    }
}
