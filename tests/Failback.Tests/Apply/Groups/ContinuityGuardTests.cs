using Failback.Apply.Failures;
using Failback.Apply.Groups;
using Failback.Apply.Staging;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Xunit;

namespace Failback.Tests.Apply.Groups;

public sealed class ContinuityGuardTests
{
    private static readonly TableRoute[] Routes = [new TableRoute { Source = "s.t", Target = "s.t", Queue = "fb.demo.1.s.t" }];
    private static readonly TableCheckpoint Known =
        new("s.t", new HlcTimestamp(100, 2), 5, 20, true, default) { Lineage = "a" };

    public static TheoryData<string, TableCheckpoint?, bool> Shown => new()
    {
        { "the same", Known, true },
        { "later in all", Known with { Resolved = new HlcTimestamp(101, 0), Epoch = 6, Revision = 21 }, true },
        { "a later owner, nothing applied", Known with { Epoch = 6 }, true },
        { "an earlier transaction", Known with { Revision = 19 }, false },
        { "an earlier transaction of a later owner", Known with { Epoch = 9, Revision = 19 }, false },
        { "an earlier timestamp", Known with { Resolved = new HlcTimestamp(100, 1) }, false },
        { "an earlier timestamp after more transactions", Known with { Resolved = new HlcTimestamp(99, 9), Revision = 40 }, false },
        { "an earlier owner", Known with { Epoch = 4 }, false },
        { "another row", Known with { Lineage = "b", Epoch = 60, Revision = 70, Resolved = new HlcTimestamp(900, 0) }, false },
        { "a row without lineage", Known with { Lineage = "" }, false },
        { "no row", null, false },
    };

    [Theory, MemberData(nameof(Shown))]
    public async Task Control_knows_how_far_a_table_was(string what, TableCheckpoint? shown, bool passes)
    {
        var guard = new ContinuityGuard((_, _) => Task.FromResult<Witness?>(new Witness([ContinuityGuard.WitnessOf(Known)])));
        Assert.Equal((what, passes ? null : ContinuityCodes.Broken), (what, await CodeAsync(guard, shown)));
    }

    [Theory, MemberData(nameof(Shown))]
    public async Task So_does_the_process_that_had_it(string what, TableCheckpoint? shown, bool passes)
    {
        var guard = ContinuityGuard.Alone();
        guard.Note(Routes[0], Known);
        Assert.Equal((what, passes ? null : ContinuityCodes.Broken), (what, await CodeAsync(guard, shown)));
    }

    [Fact]
    public async Task Without_control_a_process_waits_unless_it_had_the_table_itself()
    {
        var guard = new ContinuityGuard((_, _) => Task.FromResult<Witness?>(null));
        Assert.Equal(ContinuityCodes.Unknown, await CodeAsync(guard, Known));
        guard.Note(Routes[0], Known);
        Assert.Null(await CodeAsync(guard, Known));
        Assert.Equal(ContinuityCodes.Broken, await CodeAsync(guard, Known with { Revision = 1 }));
    }

    [Fact]
    public async Task A_table_that_was_rewound_has_another_queue_and_nothing_of_before_counts()
    {
        var guard = ContinuityGuard.Alone();
        guard.Note(Routes[0], Known);
        await guard.CheckAsync("demo", [Routes[0] with { Queue = "fb.demo.2.s.t" }], [Known with { Revision = 1 }], default);
    }

    [Fact]
    public async Task Tables_of_other_groups_are_left_to_their_owners()
    {
        TableWitness other = ContinuityGuard.WitnessOf(Known) with { Table = "s.other" };
        var guard = new ContinuityGuard((_, _) => Task.FromResult<Witness?>(new Witness([other])));
        Assert.Null(await CodeAsync(guard, Known));
    }

    private static async Task<string?> CodeAsync(ContinuityGuard guard, TableCheckpoint? shown)
    {
        Exception? refusal = await Record.ExceptionAsync(() => guard.CheckAsync("demo", Routes, shown is null ? [] : [shown], default));
        return refusal is null ? null : Assert.IsType<GroupHaltedException>(refusal).Failure.Code;
    }
}
