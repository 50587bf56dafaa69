using Failback.Contracts;

namespace Failback.Apply.Staging;

/// <summary>What a transaction adds to a table's checkpoint.</summary>
public sealed record TableAdvance(string Table, HlcTimestamp Resolved, bool Consistent, Counters Added);
