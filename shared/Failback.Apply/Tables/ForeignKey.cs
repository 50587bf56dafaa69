using Failback.Contracts;

namespace Failback.Apply.Tables;

/// <summary>A foreign key of a target table.</summary>
/// <param name="Name">Constraint name.</param>
/// <param name="Columns">Ordinals of the referencing columns.</param>
/// <param name="Parent">Referenced table.</param>
/// <param name="ParentColumns">Names of the referenced columns, in the order of <paramref name="Columns"/>.</param>
/// <param name="IsDeferrable">The constraint may be checked at commit.</param>
/// <param name="Cascades">Deleting the parent deletes or changes the child (CASCADE, SET NULL, SET DEFAULT).</param>
public sealed record ForeignKey(
    string Name, IReadOnlyList<int> Columns, TableName Parent, IReadOnlyList<string> ParentColumns, bool IsDeferrable,
        bool Cascades = false)
{
    /// <summary>
    /// The statement that makes the index by which the children of a row are found; null: there is one, or the dialect does not tell.
    /// </summary>
    public string? IndexFix { get; init; }
}
