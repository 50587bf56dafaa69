using Failback.Contracts;

namespace Failback.Apply.Staging;

/// <summary>Where a table's checkpoint is set for a feed that is made anew.</summary>
/// <param name="Table">Target table, <c>schema.table</c>.</param>
/// <param name="Resolved">New resolved timestamp.</param>
/// <param name="Epoch">New epoch, above all earlier ones.</param>
/// <param name="Revision">New revision, above all earlier ones.</param>
public sealed record TableRewind(string Table, HlcTimestamp Resolved, long Epoch, long Revision);
