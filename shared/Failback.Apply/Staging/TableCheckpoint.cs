using Failback.Contracts;

namespace Failback.Apply.Staging;

/// <summary>How far one table has come, as the target has it.</summary>
/// <param name="Table">Target table, <c>schema.table</c>.</param>
/// <param name="Resolved">Every version at or before it has been applied or set aside.</param>
/// <param name="Epoch">Grows with each owner: the fence.</param>
/// <param name="Revision">Grows with each transaction that moved it: tells whether a commit whose answer was lost took place.</param>
/// <param name="Consistent">The whole failback equals the source AS OF <paramref name="Resolved"/>.</param>
/// <param name="Counters">Events so far.</param>
/// <param name="KeyOrder">What rows have shown about the keys of the feed; empty: nothing.</param>
public sealed record TableCheckpoint(
    string Table, HlcTimestamp Resolved, long Epoch, long Revision, bool Consistent, Counters Counters, string KeyOrder = "")
{
    /// <summary>Random text that the row was made with: a row that was made anew is not the one that was known.</summary>
    public string Lineage { get; init; } = "";
}
