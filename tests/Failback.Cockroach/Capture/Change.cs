using Failback.Contracts;

namespace Failback.Cockroach.Capture;

/// <summary>One committed row change as CockroachDB stores it.</summary>
/// <param name="Table">Object id of the table.</param>
/// <param name="Updated">Commit time.</param>
/// <param name="Key">JSON array of the primary key.</param>
/// <param name="After">JSON object of the row; null when it was deleted.</param>
/// <param name="Before">JSON object of the previous row; null when there was none.</param>
internal sealed record Change(uint Table, HlcTimestamp Updated, string Key, string? After, string? Before);
