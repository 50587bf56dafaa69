using Failback.Apply.Failures;
using Failback.Apply.Groups;
using Failback.Contracts.Control;
using Failback.Dialects.Tests.Simulation;
using Xunit;

namespace Failback.Dialects.Tests.Suites;

/// <summary>
/// Two appliers at one group: the first read a window and was frozen, the second took over, applied that window and the next, then the
/// first goes on where it was. The same schedule once with the fence and once without shows what the fence is for.
/// </summary>
public abstract class FormerOwnerSuite(ITargetFixture fixture)
{
    public static TheoryData<ApplyMode> Modes => [ApplyMode.Consistent, ApplyMode.BestEffort, ApplyMode.Immediate];

    [Theory, MemberData(nameof(Modes))]
    public async Task With_the_fence_an_owner_that_wakes_up_late_changes_nothing(ApplyMode mode)
    {
        await using FenceScene scene = await FenceScene.CreateAsync(fixture, mode, fenced: true);
        SimulatedOwner former = await FreezeAndSucceedAsync(scene);
        await Assert.ThrowsAsync<FencedException>(former.StepAsync);
        Assert.Equal(["1|new", "3|again"], await scene.RowsAsync());
        Assert.Equal((3_000, scene.Sent), await scene.ProgressAsync());
    }

    [Theory, MemberData(nameof(Modes))]
    public async Task Without_the_fence_it_puts_old_versions_over_new_ones_brings_a_deleted_row_back_deletes_another_and_counts_twice(
        ApplyMode mode)
    {
        await using FenceScene scene = await FenceScene.CreateAsync(fixture, mode, fenced: false);
        SimulatedOwner former = await FreezeAndSucceedAsync(scene);
        await former.StepAsync();
        Assert.Equal(["1|old", "2|changed"], await scene.RowsAsync());
        Assert.Equal((2_000, scene.Sent + 3), await scene.ProgressAsync());
    }

    [Fact]
    public async Task A_former_owner_leaves_a_question_to_the_present_one()
    {
        await using FenceScene scene = await FenceScene.CreateAsync(fixture, ApplyMode.Consistent, fenced: true);
        SimulatedOwner former = await scene.TakeOverAsync();
        GroupQuestion early = EpochQuestion();
        Assert.True(former.Group.Desk.TryPut(Guid.NewGuid(), early));
        await former.StepAsync();
        Assert.Equal(1L, await early.Answer);

        GroupQuestion late = EpochQuestion();
        Assert.True(former.Group.Desk.TryPut(Guid.NewGuid(), late));
        SimulatedOwner successor = await scene.TakeOverAsync();
        GroupQuestion now = EpochQuestion();
        Assert.True(successor.Group.Desk.TryPut(Guid.NewGuid(), now));
        // Where the successor ends the former owner's session, that is what it meets instead of the fence.
        Exception? ended = await Record.ExceptionAsync(former.StepAsync);
        Assert.True(ended is FencedException or TargetUnavailableException, $"{ended}");
        await successor.StepAsync();
        Assert.Null(await late.Answer);
        Assert.Equal(2L, await now.Answer);
    }

    [Fact]
    public async Task A_question_that_fails_ends_nothing_but_itself()
    {
        await using FenceScene scene = await FenceScene.CreateAsync(fixture, ApplyMode.Consistent, fenced: true);
        scene.Send(1_000, (1, "one"));
        SimulatedOwner owner = await scene.TakeOverAsync();
        var wrong = new GroupQuestion((_, _) => throw new NotSupportedException("wrong"));
        Assert.True(owner.Group.Desk.TryPut(Guid.NewGuid(), wrong));
        await owner.StepAsync();
        await Assert.ThrowsAsync<NotSupportedException>(() => wrong.Answer);
        Assert.Equal(["1|one"], await scene.RowsAsync());
    }

    private static GroupQuestion EpochQuestion() => new((turn, _) => Task.FromResult<object>(turn.Group.Tables[0].Checkpoint.Epoch));

    private static async Task<SimulatedOwner> FreezeAndSucceedAsync(FenceScene scene)
    {
        scene.Send(1_000, (1, "one"), (2, "two"), (3, "three"));
        SimulatedOwner former = await scene.TakeOverAsync();
        await former.StepAsync();
        scene.Send(2_000, (1, "old"), (2, "changed"), (3, null));
        former.Read(0, int.MaxValue);

        // Here it is frozen, with the second window in its memory.
        SimulatedOwner successor = await scene.TakeOverAsync();
        await successor.StepAsync();
        scene.Send(3_000, (1, "new"), (2, null), (3, "again"));
        successor.Read(0, int.MaxValue);
        await successor.StepAsync();
        Assert.Equal(["1|new", "3|again"], await scene.RowsAsync());
        Assert.Equal((3_000, scene.Sent), await scene.ProgressAsync());
        return former;
    }
}
