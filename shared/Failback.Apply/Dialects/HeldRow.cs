using Failback.Apply.Windows;

namespace Failback.Apply.Dialects;

/// <summary>A change of the window and the row of the target that its key names.</summary>
/// <param name="Change">The change.</param>
/// <param name="Key">Key of the row.</param>
public readonly record struct HeldRow(RowChange Change, KeyText Key);
