using Failback.Apply.Ownership;
using Failback.Contracts;
using Xunit;

namespace Failback.Tests.Apply.Ownership;

/// <summary>Every replica computes the same owner of a group, and only a member's share moves when it joins or leaves.</summary>
public sealed class RendezvousTests
{
    private const int Many = 1000;

    private static readonly string[] Groups = [.. Enumerable.Range(0, Many).Select(i => $"shop/hr.t{i}")];

    [Fact]
    public void Nobody_owns_a_group_without_replicas() => Assert.Equal("", Rendezvous.Owner("shop", []));

    [Fact]
    public void A_replica_that_is_alone_owns_everything() => Assert.All(Groups, g => Assert.Equal("a", Rendezvous.Owner(g, ["a"])));

    [Fact]
    public void The_order_of_the_list_does_not_matter() =>
        Assert.All(Groups, g => Assert.Equal(Rendezvous.Owner(g, ["a", "b", "c"]), Rendezvous.Owner(g, ["c", "a", "b"])));

    [Fact]
    public void A_replica_that_joins_takes_its_share_and_nothing_else_moves()
    {
        string[] moved = [.. Groups.Where(g => Rendezvous.Owner(g, ["a", "b", "c"]) != Rendezvous.Owner(g, ["a", "b", "c", "d"]))];
        Assert.All(moved, g => Assert.Equal("d", Rendezvous.Owner(g, ["a", "b", "c", "d"])));
        Assert.InRange(moved.Length, Many / 5, Many / 3);
    }

    [Fact]
    public void A_replica_that_leaves_gives_its_share_to_all_others_and_nothing_else_moves()
    {
        string[] moved = [.. Groups.Where(g => Rendezvous.Owner(g, ["a", "b", "c"]) != Rendezvous.Owner(g, ["a", "c"]))];
        Assert.All(moved, g => Assert.Equal("b", Rendezvous.Owner(g, ["a", "b", "c"])));
        Assert.Equal(["a", "c"], moved.Select(g => Rendezvous.Owner(g, ["a", "c"])).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Replicas_share_the_groups_evenly() =>
        Assert.All(
            Groups.GroupBy(g => Rendezvous.Owner(g, ["a", "b", "c", "d"])), share => Assert.InRange(share.Count(), Many / 5, Many / 3));

    [Fact]
    public void The_hash_is_the_same_on_every_machine_and_in_every_release()
    {
        Assert.Equal(0xe3b0c44298fc1c14UL, StableHash.Of(""));
        Assert.Equal(0xba7816bf8f01cfeaUL, StableHash.Of("abc"));
    }
}
