using System.Reflection;
using ArchUnitNET.Loader;
using Xunit;

namespace Failback.Tests.Architecture;

/// <summary>The rooms of every project stand on floors and see only what is below them, by the compiled types.</summary>
public sealed class RoomTests
{
    public static TheoryData<string> Projects => [.. Floors.All.Select(floors => floors.Root)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_room_sees_only_what_stands_below_it(string project)
    {
        Floors floors = Floors.All.Single(f => f.Root == project);
        Dictionary<(string From, string To), string> edges = Edges(floors);
        Assert.All(edges.Keys.SelectMany(e => new[] { e.From, e.To }), room => Assert.NotNull(floors.Height(room)));
        string[] upwards = [.. edges.Where(e => floors.Height(e.Key.To) >= floors.Height(e.Key.From))
            .Select(e => $"{e.Key.From} sees {e.Key.To}: {e.Value}")];
        Assert.Empty(upwards);
        // One room alone has nothing to see; elsewhere no edge at all means that nothing was looked at.
        if (floors.Rooms.Length > 1) Assert.NotEmpty(edges);
        // One room alone has nothing to see; elsewhere finding nothing means that nothing was looked at.
        if (floors.Rooms.Length > 1) Assert.NotEmpty(edges);
    }

    [Fact]
    public void Every_project_that_ships_has_its_floors() => Assert.Equal(
        ProjectFile.Services.Concat(ProjectFile.Shared).Select(p => p.Name).Order(StringComparer.Ordinal),
        Floors.All.Select(f => f.Root).Order(StringComparer.Ordinal));

    /// <summary>Pairs of rooms of which one uses the other, each with one example.</summary>
    private static Dictionary<(string From, string To), string> Edges(Floors floors)
    {
        Assembly assembly = Assembly.Load(floors.Assembly);
        var edges = new Dictionary<(string, string), string>();
        foreach (ArchUnitNET.Domain.IType type in new ArchLoader().LoadAssembly(assembly).Build().Types.Where(t => IsOurs(t, floors)))
        {
            foreach (ArchUnitNET.Domain.IType target in type.Dependencies.Select(d => d.Target).Where(t => IsOurs(t, floors)))
            {
                (string From, string To) edge = (floors.RoomOf(type.Namespace.FullName), floors.RoomOf(target.Namespace.FullName));
                if (edge.From != edge.To) edges.TryAdd(edge, $"{type.Name} uses {target.Name}");
            }
        }

        return edges;
    }

    /// <summary>Parameters of generic types are types to the library too; they have no room of their own.</summary>
    private static bool IsOurs(ArchUnitNET.Domain.IType type, Floors floors) =>
        type is not ArchUnitNET.Domain.GenericParameter && type.Namespace?.FullName is { } name
        && (name == floors.Root || name.StartsWith(floors.Root + ".", StringComparison.Ordinal));
}
