using Failback.Apply.Windows;

namespace Failback.Apply.Dialects;

/// <summary>A row of the target that holds a unique value which another row is about to take.</summary>
/// <param name="Taker">The row about to be written.</param>
/// <param name="Holder">Key of the row that is there.</param>
public readonly record struct ValueHolder(RowChange Taker, KeyText Holder);
