using Failback.Apply.Applying;
using Failback.Apply.Tables;
using Failback.Contracts;
using Xunit;

namespace Failback.Tests.Apply.Groups;

/// <summary>What is applied while catching up: whole windows of islands first, rows ahead only for want of room or time.</summary>
public sealed class CatchUpTests
{
    /// <summary>A parent, its child, and a table of its own.</summary>
    private static readonly TargetTable[] Tables =
    [
        Sample.Table("shop.a", "id", "id", []),
        Sample.Table("shop.b", "id", "id", [new ForeignKey("fk", [0], new TableName("shop", "a"), ["id"], IsDeferrable: false)]),
        Sample.Table("shop.c", "id", "id", []),
    ];

    [Fact]
    public async Task Nothing_at_hand_is_nothing_to_apply()
    {
        using Group group = await Group.CreateAsync(Tables);
        Assert.Null(new CatchUp(group.Context, group.Owned).Next());
    }

    /// <summary>Resolved timestamps that the queues have delivered, and where the tables are after the transaction.</summary>
    [Theory]
    [InlineData(10, 10, 10, "10 10 10")]
    [InlineData(10, 7, 20, "7 7 20")]
    [InlineData(10, 0, 20, "0 0 20")]
    [InlineData(0, 0, 20, "0 0 20")]
    [InlineData(10, 10, 0, "10 10 0")]
    public async Task An_island_goes_on_to_what_all_of_its_queues_have_delivered_and_waits_for_no_other(
        long a, long b, long c, string reached)
    {
        using Group group = await Group.CreateAsync(Tables);
        long[] markers = [a, b, c];
        for (int i = 0; i < markers.Length; i++)
        {
            if (markers[i] > 0) group.Marker(i, markers[i]);
        }

        ApplyPlan plan = new CatchUp(group.Context, group.Owned).Next()!;
        Assert.Equal(reached, string.Join(' ', plan.Resolved.Select(r => r.Wall)));
        Assert.False(plan.Guarded);
    }

    [Fact]
    public async Task A_window_takes_the_rows_up_to_its_end_and_leaves_the_others()
    {
        using Group group = await Group.CreateAsync(Tables);
        group.Rows(0, 3, 11);
        group.Rows(1, 4);
        group.Marker(0, 10);
        group.Marker(1, 10);
        ApplyPlan plan = new CatchUp(group.Context, group.Owned).Next()!;
        plan.Gather();
        Assert.Equal((2, 11L), (plan.RowCount, Assert.Single(group.Owned.Tables[0].Rows).Updated.Wall));
    }

    [Fact]
    public async Task Rows_ahead_wait_for_their_marker_and_then_go_when_nothing_else_can()
    {
        using Group group = await Group.CreateAsync(Tables);
        var next = new CatchUp(group.Context, group.Owned);
        group.Rows(0, 3, 4);
        Assert.Null(next.Next());
        group.Time.Step(group.Context.AheadAfter - TimeSpan.FromMilliseconds(1));
        Assert.Null(next.Next());
        group.Time.Step(TimeSpan.FromMilliseconds(1));
        ApplyPlan plan = next.Next()!;
        plan.Gather();
        Assert.Equal((true, 2, 0L), (plan.Guarded, plan.RowCount, plan.Resolved[0].Wall));
    }

    [Theory]
    [InlineData(1, 3, true)]
    [InlineData(1, 4, false)]
    public async Task A_window_that_is_little_of_what_is_at_hand_is_not_worth_a_transaction(int inside, int ahead, bool worth)
    {
        using Group group = await Group.CreateAsync(Tables);
        group.Rows(2, [.. Enumerable.Range(1, inside).Select(i => (long)i)]);
        group.Rows(2, [.. Enumerable.Range(11, ahead).Select(i => (long)i)]);
        group.Marker(2, 10);
        Assert.Equal(worth, new CatchUp(group.Context, group.Owned).Next() is not null);
    }

    [Fact]
    public async Task Under_pressure_rows_ahead_make_room_at_once_and_what_came_first_goes_first()
    {
        using Group group = await Group.CreateAsync(Tables, c => c with { Prefetch = 8 });
        for (int i = 0; i < 8; i++) group.Rows(2, 18 - i);
        ApplyPlan plan = new CatchUp(group.Context, group.Owned).Next()!;
        plan.Gather();
        Assert.True(plan.Guarded);
        Assert.Equal([18L, 17], plan.Changes[2]!.Upserts.Select(c => c.Mutation.Updated.Wall));
        Assert.Equal(6, group.Owned.Tables[2].Rows.Count);
    }

    [Fact]
    public async Task Room_is_made_first_where_a_queue_has_all_out_that_it_may()
    {
        using Group group = await Group.CreateAsync(Tables, c => c with { Prefetch = 4 });
        group.Rows(0, [.. Enumerable.Range(1, 36).Select(i => (long)i)]);
        for (int i = 0; i < 4; i++) group.Rows(2, 100 + i);
        ApplyPlan plan = new CatchUp(group.Context, group.Owned).Next()!;
        plan.Gather();
        Assert.Empty(group.Owned.Tables[2].Rows);
        Assert.InRange(plan.RowCount, 4, 20);
    }

    [Fact]
    public async Task A_table_is_never_sent_back_by_a_window()
    {
        using Group group = await Group.CreateAsync(Tables);
        group.Commit(50);
        group.Rows(2, 55);
        group.Marker(2, 60);
        ApplyPlan plan = new CatchUp(group.Context, group.Owned).Next()!;
        Assert.Equal("50 50 60", string.Join(' ', plan.Resolved.Select(r => r.Wall)));
    }
}
