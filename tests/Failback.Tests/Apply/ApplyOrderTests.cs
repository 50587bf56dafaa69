using CsCheck;
using Failback.Apply.Tables;
using Failback.Apply.Writing;
using Failback.Contracts;
using Xunit;

namespace Failback.Tests.Apply;

/// <summary>Steps and islands of random foreign keys, against what can be reached over them.</summary>
public sealed class ApplyOrderTests
{
    private const int MostTables = 8;

    /// <summary>Number of tables; foreign keys as child and parent, of which some lead out of the group.</summary>
    private static readonly Gen<(int Tables, (int Child, int Parent)[] Keys)> Graphs =
        Gen.Select(Gen.Int[1, MostTables], Gen.Select(Gen.Int[0, MostTables - 1], Gen.Int[0, MostTables - 1]).Array[0, MostTables])
            .Select((tables, keys) => (tables, keys.Where(k => k.Item1 < tables).ToArray()));

    [Fact]
    public void An_island_is_what_foreign_keys_connect_directly_or_over_others() => Graphs.Sample(graph =>
    {
        bool[,] connected = Reach(graph.Tables, graph.Keys.Concat(graph.Keys.Select(k => (k.Parent, k.Child))));
        int[] lowest = [.. Enumerable.Range(0, graph.Tables).Select(t => Enumerable.Range(0, graph.Tables).First(o => connected[t, o]))];
        Assert.Equal(lowest, Order(graph.Tables, graph.Keys).Islands);
    });

    [Fact]
    public void Parents_come_first_and_loops_are_one_step() => Graphs.Sample(graph =>
    {
        bool[,] above = Reach(graph.Tables, graph.Keys);
        IReadOnlyList<ApplyStep> steps = Order(graph.Tables, graph.Keys).Steps;
        int[] step = [
            .. Enumerable.Range(0, graph.Tables).Select(t => Enumerable.Range(0, steps.Count).Single(s => steps[s].Tables.Contains(t)))];
        for (int child = 0; child < graph.Tables; child++)
        {
            for (int parent = 0; parent < graph.Tables; parent++)
            {
                if (above[child, parent]) Assert.True(step[parent] <= step[child], $"{child} references {parent}");
                Assert.Equal(above[child, parent] && above[parent, child], step[parent] == step[child]);
            }
        }
    });

    private static ApplyOrder Order(int tables, (int Child, int Parent)[] keys) => ApplyOrder.Of(
        [.. Enumerable.Range(0, tables).Select(t => Table(t, keys.Where(k => k.Child == t).Select(k => k.Parent)))]);

    private static TargetTable Table(int place, IEnumerable<int> parents) => new(
        Name(place),
        [new TargetColumn { Name = "id", Ordinal = 0, TypeName = "int", Converter = new object() }],
        primaryKey: [0],
        uniqueIndexes: [],
        [.. parents.Select((p, i) => new ForeignKey($"fk{i}", [0], Name(p), ["id"], IsDeferrable: false))]);

    private static TableName Name(int table) => new("shop", $"t{table}");

    /// <summary>Which tables can be reached from which, every table from itself.</summary>
    private static bool[,] Reach(int tables, IEnumerable<(int From, int To)> edges)
    {
        var reach = new bool[tables, tables];
        for (int t = 0; t < tables; t++) reach[t, t] = true;
        foreach ((int from, int to) in edges.Where(e => e.From < tables && e.To < tables)) reach[from, to] = true;
        for (int over = 0; over < tables; over++)
        {
            for (int from = 0; from < tables; from++)
            {
                for (int to = 0; to < tables; to++) reach[from, to] |= reach[from, over] && reach[over, to];
            }
        }

        return reach;
    }
}
