namespace Failback.Contracts.Control;

/// <summary>A foreign key of a target table by which a delete of a parent deletes or changes rows of this table.</summary>
/// <param name="Name">Constraint.</param>
/// <param name="Columns">Columns of this table.</param>
/// <param name="Parent">Referenced table.</param>
/// <param name="Fix">Statement that makes the key anew without; null: the product has none.</param>
public sealed record TargetCascade(string Name, IReadOnlyList<string> Columns, string Parent, string? Fix);
