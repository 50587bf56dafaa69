using Failback.Apply.Applying;
using Failback.Apply.Groups;
using Failback.Apply.Tables;
using Failback.Contracts.Control;
using Failback.Messaging.Reading;
using Xunit;

namespace Failback.Tests.Apply.Groups;

/// <summary>When whole windows give way to catching up, and when they come back.</summary>
public sealed class ActivitySwitchTests
{
    private static readonly TargetTable[] Tables = [Sample.Table("shop.a", "id", "id", []), Sample.Table("shop.b", "id", "id", [])];

    [Theory]
    [InlineData(ApplyMode.Consistent, "Consistent")]
    [InlineData(ApplyMode.BestEffort, "BestEffort")]
    [InlineData(ApplyMode.Immediate, "Immediate")]
    public async Task Every_mode_begins_with_its_own_activity(ApplyMode mode, string activity)
    {
        using Group group = await GroupAsync(TimeSpan.FromHours(1), mode);
        Assert.Equal(activity, new ActivitySwitch(group.Context, group.Owned).Current.ToString());
    }

    /// <summary>Minutes of bestEffortWindow and of the age of the oldest message.</summary>
    [Theory]
    [InlineData(ApplyMode.Consistent, 60, 59, false)]
    [InlineData(ApplyMode.Consistent, 60, 60, false)]
    [InlineData(ApplyMode.Consistent, 60, 61, true)]
    [InlineData(ApplyMode.Consistent, 0, 6000, false)]
    [InlineData(ApplyMode.BestEffort, 60, 61, false)]
    [InlineData(ApplyMode.Immediate, 60, 61, false)]
    public async Task An_old_backlog_turns_whole_windows_into_catching_up(ApplyMode mode, int window, int age, bool changes)
    {
        using Group group = await GroupAsync(TimeSpan.FromMinutes(window), mode);
        group.Rows(0, TimeSpan.Zero, 5);
        group.Rows(1, TimeSpan.FromMinutes(age), 5);
        var activity = new ActivitySwitch(group.Context, group.Owned);
        Assert.Equal(changes, activity.Choose());
        Assert.Equal(mode == ApplyMode.Consistent && !changes, activity.IsConsistent);
    }

    [Theory]
    [InlineData(14, 30, true)]
    [InlineData(15, 30, false)]
    [InlineData(14, 20, false)]
    [InlineData(59, 30, false)]
    public async Task Whole_windows_come_back_at_a_later_resolved_timestamp_once_the_backlog_is_young(int age, long resolved, bool back)
    {
        using Group group = await GroupAsync(TimeSpan.FromHours(1));
        group.Commit(20);
        group.Rows(0, TimeSpan.FromMinutes(61), 25);
        var activity = new ActivitySwitch(group.Context, group.Owned);
        Assert.True(activity.Choose());
        group.Commit(resolved);
        group.Owned.Release();
        group.Rows(1, TimeSpan.FromMinutes(age), 100);
        Assert.Equal((back, back), (activity.Choose(), activity.IsConsistent));
    }

    [Fact]
    public async Task Without_a_backlog_a_group_that_has_caught_up_stays_with_whole_windows()
    {
        using Group group = await GroupAsync(TimeSpan.FromHours(1));
        var activity = new ActivitySwitch(group.Context, group.Owned);
        Assert.False(activity.Choose());
        Assert.True(activity.IsConsistent);
    }

    /// <summary>A queue may have two messages out.</summary>
    [Theory]
    [InlineData(false, false, true)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    public async Task A_queue_with_all_its_messages_out_and_no_common_marker_turns_to_catching_up(
        bool marked, bool otherMarked, bool changes)
    {
        using Group group = await GroupAsync(TimeSpan.FromHours(1), with: c => c with { Prefetch = 2 });
        group.Rows(0, 5);
        if (marked) group.Marker(0, 10);
        else group.Rows(0, 6);
        if (otherMarked) group.Marker(1, 10);
        Assert.Equal(changes, new ActivitySwitch(group.Context, group.Owned).Choose());
    }

    [Theory]
    [InlineData(1 << 20, false)]
    [InlineData(300, true)]
    public async Task A_window_beyond_the_memory_turns_to_catching_up(long budget, bool changes)
    {
        using Group group = await GroupAsync(TimeSpan.FromHours(1), with: c => c with { Budget = new MemoryBudget(budget) });
        group.Rows(0, 5);
        Assert.Equal(changes, new ActivitySwitch(group.Context, group.Owned).Choose());
    }

    private static Task<Group> GroupAsync(
        TimeSpan window, ApplyMode mode = ApplyMode.Consistent, Func<GroupContext, GroupContext>? with = null) =>
        Group.CreateAsync(Tables, context =>
    {
        GroupContext made = context with { Spec = context.Spec with { Mode = mode, BestEffortWindow = window } };
        return with?.Invoke(made) ?? made;
    });
}
