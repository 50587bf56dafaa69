using Failback.Apply.Windows;
using Failback.Contracts;

namespace Failback.Apply.Staging;

/// <summary>The version of a row that was applied ahead of its resolved timestamp.</summary>
public sealed record RowVersion(byte[] Key, HlcTimestamp Updated, bool Deleted)
{
    public VersionRank Rank => new(Updated, Deleted);
}
