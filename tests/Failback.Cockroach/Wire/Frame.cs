using System.Buffers.Binary;
using System.Text;

namespace Failback.Cockroach.Wire;

/// <summary>
/// A message of PostgreSQL's protocol: type, and content without type and length;
/// https://www.postgresql.org/docs/current/protocol-message-formats.html.
/// </summary>
internal readonly record struct Frame(byte Type, byte[] Content)
{
    /// <summary>Reads a message; returns null at the end of the stream.</summary>
    public static async Task<Frame?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] head = new byte[5];
        if (await stream.ReadAtLeastAsync(head, 5, throwOnEndOfStream: false, cancellationToken) < 5) return null;
        return new Frame(head[0], await RestAsync(stream, head.AsMemory(1), cancellationToken));
    }

    /// <summary>
    /// Reads a message without type, the form of the first message of a connection; returns null at the end of the stream.
    /// </summary>
    public static async Task<byte[]?> ReadStartAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] head = new byte[4];
        if (await stream.ReadAtLeastAsync(head, 4, throwOnEndOfStream: false, cancellationToken) < 4) return null;
        return await RestAsync(stream, head, cancellationToken);
    }

    public async Task WriteAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] message = new byte[5 + Content.Length];
        message[0] = Type;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), 4 + Content.Length);
        Content.CopyTo(message, 5);
        await stream.WriteAsync(message, cancellationToken);
    }

    public static byte[] Start(byte[] content)
    {
        byte[] message = new byte[4 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        content.CopyTo(message, 4);
        return message;
    }

    /// <summary>Returns the text up to the next zero byte, and the position after that byte.</summary>
    public static (string Text, int End) Text(byte[] content, int at)
    {
        int zero = Array.IndexOf(content, (byte)0, at);
        return (Encoding.UTF8.GetString(content, at, zero - at), zero + 1);
    }

    private static async Task<byte[]> RestAsync(Stream stream, ReadOnlyMemory<byte> length, CancellationToken cancellationToken)
    {
        int rest = BinaryPrimitives.ReadInt32BigEndian(length.Span) - 4;
        if (rest is < 0 or > 256 * 1024 * 1024) throw new InvalidDataException($"a message of {rest} bytes");
        byte[] content = new byte[rest];
        await stream.ReadExactlyAsync(content, cancellationToken);
        return content;
    }
}
