using Failback.Apply.Failures;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Dialects.Tests.Simulation;
using Xunit;

namespace Failback.Dialects.Tests.Suites;

/// <summary>
/// A target that is put back to an earlier state while the sinks begin anew: publisher numbers prove nothing then, and what was known
/// outside
/// of target and queue does.
/// </summary>
public abstract class ContinuitySuite(ITargetFixture fixture)
{
    [Fact]
    public async Task Without_a_witness_the_next_resolved_timestamp_passes_over_the_gap()
    {
        await using FenceScene scene = await FenceScene.CreateAsync(fixture, ApplyMode.Consistent, fenced: true);
        await PutBackAsync(scene);
        SimulatedOwner owner = await scene.TakeOverElsewhereAsync(new Witness([]));
        await owner.StepAsync();
        Assert.Equal(["1|one", "3|three"], await scene.RowsAsync());
        Assert.Equal(3_000, (await scene.ProgressAsync()).Resolved);
    }

    [Fact]
    public async Task A_target_that_went_back_is_refused_and_nothing_is_applied_or_changed()
    {
        await using FenceScene scene = await FenceScene.CreateAsync(fixture, ApplyMode.Consistent, fenced: true);
        TableWitness witness = await PutBackAsync(scene);
        TableWitness before = await scene.WitnessAsync();
        for (int repeat = 0; repeat < 3; repeat++)
        {
            // Repeats must not raise the epoch to what was known.
            await BrokenAsync(() => scene.TakeOverElsewhereAsync(new Witness([witness])));
            await BrokenAsync(() => scene.TakeOverAsync());
        }

        Assert.Equal(before, await scene.WitnessAsync());
        Assert.Equal(["1|one"], await scene.RowsAsync());
    }

    [Fact]
    public async Task An_owner_notices_that_its_target_went_back_with_the_next_step()
    {
        await using FenceScene scene = await FenceScene.CreateAsync(fixture, ApplyMode.Consistent, fenced: true);
        scene.Send(1_000, (1, "one"));
        SimulatedOwner owner = await scene.TakeOverAsync();
        await owner.StepAsync();
        Func<Task> back = await scene.CopyAsync();
        scene.Send(2_000, (2, "two"));
        owner.Read(0, int.MaxValue);
        await owner.StepAsync();
        await back();
        scene.Send(3_000, (3, "three"));
        owner.Read(0, int.MaxValue);
        await Assert.ThrowsAsync<FencedException>(owner.StepAsync);
        await BrokenAsync(() => scene.TakeOverAsync());
        Assert.Equal(["1|one"], await scene.RowsAsync());
    }

    [Fact]
    public async Task Checkpoints_that_were_made_anew_are_not_those_that_were_known()
    {
        await using FenceScene scene = await FenceScene.CreateAsync(fixture, ApplyMode.Consistent, fenced: true);
        scene.Send(1_000, (1, "one"));
        await (await scene.TakeOverAsync()).StepAsync();
        TableWitness witness = await scene.WitnessAsync();
        await scene.LoseStagingAsync();
        await BrokenAsync(() => scene.TakeOverElsewhereAsync(new Witness([witness])));
        // Also where the numbers alone would let it pass.
        await BrokenAsync(() => scene.TakeOverElsewhereAsync(
            new Witness([witness with { Epoch = 0, Revision = 0, Resolved = "0.0000000000" }])));
    }

    [Fact]
    public async Task A_rewind_fences_the_owner_of_before_and_is_what_the_next_one_finds()
    {
        await using FenceScene scene = await FenceScene.CreateAsync(fixture, ApplyMode.Consistent, fenced: true);
        TableWitness witness = await PutBackAsync(scene);
        SimulatedOwner former = await scene.TakeOverElsewhereAsync(new Witness([]));
        await scene.RewindAsync(await scene.WitnessAsync(), 1_000, witness);
        // Where a dialect ends the sessions of others, that is what it meets instead of the fence.
        Exception? ended = await Record.ExceptionAsync(former.StepAsync);
        Assert.True(ended is FencedException or TargetUnavailableException, $"{ended}");
        Assert.Equal(["1|one"], await scene.RowsAsync());

        TableWitness rewound = await scene.WitnessAsync();
        Assert.True(rewound.Epoch > witness.Epoch && rewound.Revision > witness.Revision, rewound.ToString());
        Assert.Equal(new Contracts.HlcTimestamp(1_000, 0).ToString(), rewound.Resolved);
        await BrokenAsync(() => scene.TakeOverElsewhereAsync(new Witness([witness with { Epoch = rewound.Epoch + 1 }])));
        SimulatedOwner next = await scene.TakeOverElsewhereAsync(new Witness([rewound]));
        Assert.Empty(next.Group.Tables[0].Settled);
    }

    [Fact]
    public async Task A_checkpoint_that_is_set_back_knows_that_rows_may_be_ahead_of_it()
    {
        await using FenceScene scene = await FenceScene.CreateAsync(fixture, ApplyMode.Consistent, fenced: true);
        scene.Send(1_000, (1, "one"));
        await (await scene.TakeOverAsync()).StepAsync();
        TableWitness read = await scene.WitnessAsync();
        await scene.RewindAsync(read, 500, read);
        await Assert.ThrowsAsync<InvalidOperationException>(() => scene.RewindAsync(read, 400, read));
        scene.RestartSinks();
        scene.Send(700, (2, "late"));
        SimulatedOwner owner = await scene.TakeOverElsewhereAsync(new Witness([await scene.WitnessAsync()]));
        Assert.Equal(1_000, owner.Group.Tables[0].HighestVersion.Wall);
        await owner.StepAsync();
        Assert.Equal(["1|one", "2|late"], await scene.RowsAsync());
        Assert.Equal(700, (await scene.ProgressAsync()).Resolved);
    }

    /// <summary>Applied through 1000, copied, applied through 2000, put back; the sinks begin anew and send 3000.</summary>
    private static async Task<TableWitness> PutBackAsync(FenceScene scene)
    {
        scene.Send(1_000, (1, "one"));
        SimulatedOwner owner = await scene.TakeOverAsync();
        await owner.StepAsync();
        Func<Task> back = await scene.CopyAsync();
        scene.Send(2_000, (2, "two"));
        owner.Read(0, int.MaxValue);
        await owner.StepAsync();
        Assert.Equal(["1|one", "2|two"], await scene.RowsAsync());
        TableWitness witness = await scene.WitnessAsync();
        await back();
        scene.RestartSinks();
        scene.Send(3_000, (3, "three"));
        return witness;
    }

    private static async Task BrokenAsync(Func<Task> takeOver) =>
        Assert.Equal(ContinuityCodes.Broken, (await Assert.ThrowsAsync<GroupHaltedException>(takeOver)).Failure.Code);
}
