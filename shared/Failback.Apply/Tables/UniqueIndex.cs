namespace Failback.Apply.Tables;

/// <summary>A unique constraint or index besides the primary key.</summary>
/// <param name="Name">Name in the catalogue.</param>
/// <param name="Columns">Ordinals of its columns; empty when it is over expressions.</param>
/// <param name="NullsDistinct">True when rows with a null in it never collide.</param>
/// <param name="IsDeferrable">The constraint may be checked at commit.</param>
public sealed record UniqueIndex(string Name, IReadOnlyList<int> Columns, bool NullsDistinct = true, bool IsDeferrable = false);
