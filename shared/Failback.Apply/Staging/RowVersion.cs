using Failback.Apply.Windows;
using Failback.Contracts;

namespace Failback.Apply.Staging;

/// <summary>The version of a row that was applied ahead of its resolved timestamp.</summary>
public sealed record RowVersion(byte[] Key, HlcTimestamp Updated, bool Deleted)
{
    public VersionRank Rank => new(Updated, Deleted);

    public static RowVersion Of(RowChange change) =>
        new(change.Identity.Digest(), change.Mutation.Updated, change.Mutation.Frame.IsDelete);

    /// <summary>By the key that came, and by that which a script gave the row.</summary>
    public static IEnumerable<RowVersion> AllOf(RowChange change) =>
        change.Scripted?.Place is { } place ? [Of(change), Of(change) with { Key = place.Digest() }] : [Of(change)];
}
