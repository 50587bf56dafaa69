using System.Buffers;
using System.Buffers.Binary;

namespace Failback.Applier.Postgres.Values;

/// <summary>
/// Fields in the binary format of COPY: a length, then the bytes that the type's receive function reads. Grows in memory of the pool.
/// https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS
/// </summary>
internal sealed class CopyBuffer(int capacity) : IDisposable
{
    private const int LengthBytes = 4;
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>Bytes written; may be set back to where a row began.</summary>
    public int Length { get; set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    public void AddNull() => BinaryPrimitives.WriteInt32BigEndian(Take(LengthBytes), -1);

    /// <summary>Room for a field of so many bytes; its length is written.</summary>
    public Span<byte> Field(int length)
    {
        Span<byte> room = Take(LengthBytes + length);
        BinaryPrimitives.WriteInt32BigEndian(room, length);
        return room[LengthBytes..];
    }

    public void Add(ReadOnlySpan<byte> value) => value.CopyTo(Field(value.Length));

    public void Add(long value) => BinaryPrimitives.WriteInt64BigEndian(Field(sizeof(long)), value);

    public void Add(double value) => BinaryPrimitives.WriteDoubleBigEndian(Field(sizeof(double)), value);

    public void Add(bool value) => Field(1)[0] = value ? (byte)1 : (byte)0;

    public void Add(Guid value) => value.TryWriteBytes(Field(16), bigEndian: true, out _);

    public void Add(string value) => System.Text.Encoding.UTF8.GetBytes(value, Field(System.Text.Encoding.UTF8.GetByteCount(value)));

    /// <summary>Two bytes outside any field: the number of columns, or the end.</summary>
    public void AddMark(short value) => BinaryPrimitives.WriteInt16BigEndian(Take(sizeof(short)), value);

    public void AddRaw(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Length = 0;
    }

    private Span<byte> Take(int count)
    {
        if (Length + count > _bytes.Length) Grow(Length + count);
        Span<byte> room = _bytes.AsSpan(Length, count);
        Length += count;
        return room;
    }

    private void Grow(int least)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(least, _bytes.Length * 2));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
