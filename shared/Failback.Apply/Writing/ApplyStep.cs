using Failback.Apply.Tables;

namespace Failback.Apply.Writing;

/// <summary>Tables written together: one, or several that reference each other in a cycle.</summary>
/// <param name="Tables">Places in the group, in the order to write them: parents first by the foreign keys that cannot be NULL for a
/// moment.</param>
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

        return new ApplyStep(Order(component, tables, loops), loops);
    }

    /// <summary>Whatever order the catalogue has, a table comes after those that its rows need from the beginning.</summary>
    private static List<int> Order(List<int> component, IReadOnlyList<TargetTable> tables, Dictionary<int, IReadOnlyList<int>> loops)
    {
        var ordered = new List<int>(component.Count);
        var seen = new HashSet<int>();
        foreach (int place in component.OrderBy(p => tables[p].Name.ToString(), StringComparer.Ordinal)) Visit(place);
        return ordered;

        void Visit(int place)
        {
            if (!seen.Add(place)) return;
            IEnumerable<ForeignKey> needed = tables[place].ForeignKeys.Where(
                f => !f.Columns.Any(c => loops.TryGetValue(place, out IReadOnlyList<int>? loop) && loop.Contains(c)));
            foreach (int parent in component.Where(p => needed.Any(f => f.Parent == tables[p].Name)).ToList()) Visit(parent);
            ordered.Add(place);
        }
    }
}
