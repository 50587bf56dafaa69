using System.Data;
using Failback.Apply.Ownership;
using Failback.Tests.Apply.Groups;
using Xunit;

namespace Failback.Tests.Apply.Ownership;

/// <summary>The heartbeat of a replica: one connection of its own, made ready once, given up after a failure.</summary>
public sealed class MembershipTests
{
    private readonly StubDialect _dialect = new();
    private readonly Membership _membership;

    public MembershipTests() => _membership = new Membership(Group.ContextOf(_dialect, "shop.a", "shop.b"));

    [Fact]
    public async Task The_first_beat_makes_the_staging_schema_ready_and_the_others_only_beat()
    {
        Assert.Equal(["a", "other"], await _membership.BeatAsync(CancellationToken.None));
        await _membership.BeatAsync(CancellationToken.None);
        Assert.Equal(["ensure", "register shop.a shop.b", "beat a 5", "beat a 5"], _dialect.Store.Calls);
        Assert.Single(_dialect.Connections);
    }

    [Fact]
    public async Task After_a_failure_the_next_beat_opens_another_connection()
    {
        await _membership.BeatAsync(CancellationToken.None);
        await _membership.DropAsync();
        await _membership.BeatAsync(CancellationToken.None);
        Assert.Equal([ConnectionState.Closed, ConnectionState.Open], _dialect.Connections.Select(c => c.State));
        Assert.Equal(1, _dialect.Cleared);
    }

    [Fact]
    public async Task A_target_that_cannot_be_made_ready_keeps_no_connection_open()
    {
        _dialect.Store.Failure = new IOException("away");
        await Assert.ThrowsAsync<IOException>(() => _membership.BeatAsync(CancellationToken.None));
        Assert.Equal(ConnectionState.Closed, Assert.Single(_dialect.Connections).State);
        Assert.Equal(["a", "other"], await _membership.BeatAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_replica_leaves_in_good_order_and_also_when_the_target_does_not_answer(bool away)
    {
        await _membership.BeatAsync(CancellationToken.None);
        if (away) _dialect.Store.Failure = new IOException("away");
        await _membership.LeaveAsync();
        Assert.Equal("leave a", _dialect.Store.Calls[^1]);
        Assert.Equal(ConnectionState.Closed, _dialect.Connections[0].State);
    }

    [Fact]
    public async Task A_replica_that_never_beat_has_nothing_to_leave()
    {
        await _membership.LeaveAsync();
        await _membership.DropAsync();
        Assert.Equal((0, 0), (_dialect.Store.Calls.Count, _dialect.Connections.Count));
    }
}
