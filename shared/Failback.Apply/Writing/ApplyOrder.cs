using Failback.Apply.Tables;
using Failback.Contracts;

namespace Failback.Apply.Writing;

/// <summary>
/// The order of tables by foreign key: parents before children for upserts, the reverse for deletes. Tables on a cycle, or one that
/// references itself, form one step together (Tarjan's strongly connected components, which come out parents first).
/// </summary>
public sealed class ApplyOrder
{
    private readonly ILookup<TableName, (TargetTable Child, ForeignKey Key)> _references;

    private ApplyOrder(
        IReadOnlyList<TargetTable> tables, IReadOnlyList<TargetTable> catalog, IReadOnlyList<ApplyStep> steps, IReadOnlyList<int> islands)
    {
        Islands = islands;
        _references = catalog.SelectMany(c => c.ForeignKeys.Select(f => (Child: c, Key: f))).ToLookup(r => r.Key.Parent);
        Tables = tables;
        Steps = steps;
        HasDeferrable = tables.Any(
            t => t.DefersTriggers || t.ForeignKeys.Any(f => f.IsDeferrable) || t.UniqueIndexes.Any(u => u.IsDeferrable));
    }

    /// <summary>The group's tables by place.</summary>
    public IReadOnlyList<TargetTable> Tables { get; }

    /// <summary>True when some constraint or trigger of the group may be run at commit.</summary>
    public bool HasDeferrable { get; }

    /// <summary>Parents first.</summary>
    public IReadOnlyList<ApplyStep> Steps { get; }

    /// <summary>
    /// By place in the group, the lowest place among the tables that foreign keys connect, directly or over others: equal numbers, one
    /// island.
    /// </summary>
    public IReadOnlyList<int> Islands { get; }

    /// <summary>Orders the tables of one group; foreign keys to tables outside the group do not matter.</summary>
    /// <param name="tables">Tables of the group.</param>
    /// <param name="catalog">All tables of the target; default: there are no others.</param>
    public static ApplyOrder Of(IReadOnlyList<TargetTable> tables, IReadOnlyList<TargetTable>? catalog = null)
    {
        var places = new Dictionary<TableName, int>();
        for (int i = 0; i < tables.Count; i++) places[tables[i].Name] = i;
        int[][] parents = [
            .. tables.Select(
                t => t.ForeignKeys.Where(f => places.ContainsKey(f.Parent)).Select(f => places[f.Parent]).Distinct().ToArray())];
        return new ApplyOrder(
            tables, catalog ?? tables, [.. Components(parents).Select(c => ApplyStep.Of(c, tables, parents))], IslandsOf(parents));
    }

    /// <summary>All foreign keys of the target that lead to a table, also from tables that do not take part.</summary>
    public IEnumerable<(TargetTable Child, ForeignKey Key)> ReferencesTo(TableName parent) => _references[parent];

    /// <summary>Tables of the target whose rows a delete in <paramref name="parent"/> would take along or change.</summary>
    public IEnumerable<(TargetTable Child, ForeignKey Key)> CascadesOf(TableName parent) =>
        ReferencesTo(parent).Where(r => r.Key.Cascades);

    private static int[] IslandsOf(int[][] parents)
    {
        int[] islands = [.. Enumerable.Range(0, parents.Length)];
        for (int child = 0; child < parents.Length; child++)
        {
            foreach (int parent in parents[child]) Join(islands[child], islands[parent]);
        }

        return islands;

        void Join(int one, int other)
        {
            for (int i = 0; i < islands.Length; i++)
            {
                if (islands[i] == one || islands[i] == other) islands[i] = Math.Min(one, other);
            }
        }
    }

    private static List<List<int>> Components(int[][] parents)
    {
        var components = new List<List<int>>();
        var index = new int[parents.Length];
        var low = new int[parents.Length];
        var stack = new Stack<int>();
        var onStack = new bool[parents.Length];
        int counter = 0;
        for (int i = 0; i < parents.Length; i++)
        {
            if (index[i] == 0) Visit(i);
        }

        return components;

        void Visit(int node)
        {
            index[node] = low[node] = ++counter;
            stack.Push(node);
            onStack[node] = true;
            foreach (int parent in parents[node])
            {
                if (index[parent] == 0)
                {
                    Visit(parent);
                    low[node] = Math.Min(low[node], low[parent]);
                }
                else if (onStack[parent]) low[node] = Math.Min(low[node], index[parent]);
            }

            if (low[node] != index[node]) return;
            var component = new List<int>();
            int member;
            do
            {
                member = stack.Pop();
                onStack[member] = false;
                component.Add(member);
            }
            while (member != node);
            components.Add(component);
        }
    }
}
