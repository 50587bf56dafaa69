using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Apply.Windows;

namespace Failback.Apply.Writing;

/// <summary>
/// Sorts rows of a table that references itself so that parents come before children, for chains longer than one statement and for
/// databases that check row by row. Loops stay in arrival order; the careful pass breaks them.
/// </summary>
public static class SelfReferenceOrder
{
    public static void Sort(TableChanges changes)
    {
        TargetTable table = changes.Table;
        ForeignKey[] loops = [.. table.ForeignKeys.Where(f => f.Parent == table.Name)];
        var rows = new List<RawValue[]>(changes.Upserts.Count);
        foreach (RowChange change in changes.Upserts)
        {
            var cells = new RawValue[table.Columns.Count];
            try
            {
                changes.Reader.Read(change.Mutation.Frame.After, cells);
            }
            catch (ValueException)
            {
                cells.AsSpan().Clear(); // the batch builder reads it again and reports the row
            }

            rows.Add(cells);
        }

        var parents = new List<int>[rows.Count];
        for (int i = 0; i < rows.Count; i++) parents[i] = [];
        foreach (ForeignKey loop in loops)
        {
            int[] referenced = [.. loop.ParentColumns.Select(table.FindColumn)];
            var byValue = new Dictionary<KeyIdentity, int>();
            for (int i = 0; i < rows.Count; i++)
            {
                if (Value(rows[i], referenced) is { } value) byValue[value] = i;
            }

            for (int i = 0; i < rows.Count; i++)
            {
                if (Value(rows[i], loop.Columns) is { } value && byValue.TryGetValue(value, out int parent) && parent != i)
                    parents[i].Add(parent);
            }
        }

        RowChange[] sorted = [.. Walk(parents).Select(i => changes.Upserts[i])];
        changes.Upserts.Clear();
        changes.Upserts.AddRange(sorted);
    }

    /// <summary>The values of the columns as an identity; null when one of them is missing or null.</summary>
    private static KeyIdentity? Value(RawValue[] row, IReadOnlyList<int> columns)
    {
        RawValue[] cells = [.. columns.Select(c => row[c])];
        return Array.Exists(cells, c => c.IsMissing || c.IsNull) ? null : new KeyIdentity(KeySpelling.Array(cells));
    }

    /// <summary>Depth first without recursion: a chain may be as long as a window.</summary>
    private static IEnumerable<int> Walk(List<int>[] parents)
    {
        var state = new byte[parents.Length];
        var stack = new Stack<(int Node, int Next)>();
        for (int start = 0; start < parents.Length; start++)
        {
            if (state[start] != 0) continue;
            state[start] = 1;
            stack.Push((start, 0));
            while (stack.TryPop(out (int Node, int Next) top))
            {
                if (top.Next == parents[top.Node].Count)
                {
                    state[top.Node] = 2;
                    yield return top.Node;
                    continue;
                }

                stack.Push((top.Node, top.Next + 1));
                int parent = parents[top.Node][top.Next];
                if (state[parent] != 0) continue;
                state[parent] = 1;
                stack.Push((parent, 0));
            }
        }
    }
}
