using Failback.Apply.Failures;
using Failback.Contracts;
using Failback.Contracts.Rows;
using Failback.Contracts.Words;

namespace Failback.Apply.Staging;

/// <summary>A row version that the target would not take, with the reason.</summary>
public sealed record Letter
{
    /// <summary>Assigned by the target; 0 before.</summary>
    public long Id { get; init; }

    public required string Table { get; init; }

    /// <summary>Digest of the row's identity.</summary>
    public required byte[] KeyDigest { get; init; }

    public required HlcTimestamp Updated { get; init; }

    /// <summary>JSON array of the source key.</summary>
    public required ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>JSON object of the row; empty for a delete.</summary>
    public required ReadOnlyMemory<byte> After { get; init; }

    /// <summary>JSON object of the row before; empty when not sent.</summary>
    public ReadOnlyMemory<byte> Before { get; init; }

    /// <summary>The row as it came.</summary>
    internal RowFrame Frame => new(Updated, Key, After, Before);

    public required LetterState State { get; init; }

    public required Failure Failure { get; init; }

    public int Attempts { get; init; } = 1;
}
