using Failback.Apply.Windows;

namespace Failback.Apply.Dialects;

/// <summary>A row of the target that has the key of a change.</summary>
/// <param name="Change">The change.</param>
/// <param name="Differing">Ordinal of the first column that holds another value than the change gives it; null: all hold theirs.</param>
public readonly record struct RowSight(RowChange Change, int? Differing);
