namespace Failback.Contracts.Control;

/// <summary>A group of tables with one owner: all of a failback in consistent mode, one each otherwise.</summary>
/// <param name="Failback">Name of the failback.</param>
/// <param name="Table">A table of the group as in the target, <c>schema.table</c>; null: the group that has the failback's first
/// table.</param>
public sealed record GroupAddress(string Failback, string? Table = null);
