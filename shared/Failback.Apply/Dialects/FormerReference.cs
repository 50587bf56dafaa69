using Failback.Apply.Windows;

namespace Failback.Apply.Dialects;

/// <summary>What children referenced of a row before it was written or deleted.</summary>
/// <param name="Change">The change of the row.</param>
/// <param name="Values">A value per referenced column, in the form that the dialect takes back.</param>
public readonly record struct FormerReference(RowChange Change, IReadOnlyList<object> Values);
