namespace Failback.Contracts.Control;

/// <summary>Checkpoint of one table.</summary>
/// <param name="Table">As in the target, <c>schema.table</c>.</param>
/// <param name="Epoch">Grows with each owner.</param>
/// <param name="Revision">Grows with each transaction that moves the checkpoint.</param>
/// <param name="Resolved">Every version at or before it has been applied or set aside; HLC text.</param>
public sealed record GroupTableState(string Table, long Epoch, long Revision, string Resolved);
