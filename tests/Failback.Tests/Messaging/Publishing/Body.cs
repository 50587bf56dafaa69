using Failback.Contracts;
using Failback.Messaging.Publishing;

namespace Failback.Tests.Messaging.Publishing;

/// <summary>A request's body, of which every row is the same bytes; counts how often it was freed.</summary>
internal sealed class Body : SharedBody
{
    private static readonly byte[] Bytes = "[1]{\"id\":1}"u8.ToArray();

    public int Freed { get; private set; }

    public override ReadOnlyMemory<byte> Memory => Bytes;

    public RowSlice Row(long updated) =>
        new(new HlcTimestamp(updated, 0), new ByteRange(0, 3), new ByteRange(3, Memory.Length - 3), default);

    protected override void Free() => Freed++;
}
