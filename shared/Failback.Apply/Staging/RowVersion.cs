using Failback.Contracts;

namespace Failback.Apply.Staging;

/// <summary>The version of a row that was applied ahead of its resolved timestamp.</summary>
public sealed record RowVersion(byte[] Key, HlcTimestamp Updated, bool Deleted);
