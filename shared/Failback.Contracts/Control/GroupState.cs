namespace Failback.Contracts.Control;

/// <summary>Answer to <see cref="GroupStateNow"/>, read under the owner's fence.</summary>
/// <param name="Replica">The owner.</param>
/// <param name="Tables">All tables of the group.</param>
public sealed record GroupState(string Replica, IReadOnlyList<GroupTableState> Tables);
