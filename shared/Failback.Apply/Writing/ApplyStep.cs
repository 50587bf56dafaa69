using Failback.Apply.Tables;

namespace Failback.Apply.Writing;

/// <summary>Tables written together: one, or several that reference each other in a cycle.</summary>
/// <param name="Tables">Places in the group, in the order to write them.</param>
/// <param name="LoopColumns">
/// Per place: nullable foreign-key columns that close a loop (to itself or within the step). Written as NULL first and set once every
/// row is there, a loop needs no constraint relaxed. Empty for tables not on a loop.
/// </param>
public sealed record ApplyStep(IReadOnlyList<int> Tables, IReadOnlyDictionary<int, IReadOnlyList<int>> LoopColumns)
{
    public static ApplyStep Of(List<int> component, IReadOnlyList<TargetTable> tables, int[][] parents)
    {
        var loops = new Dictionary<int, IReadOnlyList<int>>();
        foreach (int place in component)
        {
            if (component.Count == 1 && !parents[place].Contains(place)) continue;
            TargetTable table = tables[place];
            int[] columns = [.. table.ForeignKeys
                .Where(f => component.Exists(c => tables[c].Name == f.Parent))
                .Select(f => f.Columns.Where(o => table.Columns[o].IsNullable && !table.PrimaryKey.Contains(o)).Take(1))
                .SelectMany(c => c)
                .Distinct()];
            if (columns.Length > 0) loops[place] = columns;
        }

        return new ApplyStep(component, loops);
    }
}
