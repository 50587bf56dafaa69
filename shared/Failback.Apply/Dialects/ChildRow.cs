using Failback.Apply.Windows;

namespace Failback.Apply.Dialects;

/// <summary>A row of the target that references the row of a change.</summary>
/// <param name="Parent">The change.</param>
/// <param name="Child">Key of the row that references it.</param>
public readonly record struct ChildRow(RowChange Parent, KeyText Child);
