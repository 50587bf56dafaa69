using Failback.Contracts;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Lifecycle;
using Failback.Control.Registry;
using Xunit;

namespace Failback.Tests.Control;

public sealed class RewindPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly long Present = HlcTimestamp.FromTime(Now).Wall;
    private static readonly FailbackRecord Failback = StateFolder.Record("shop") with
    {
        Tables = [Route("s.a"), Route("s.b")],
    };

    [Fact]
    public void The_feed_begins_at_the_earliest_checkpoint_of_the_target_above_every_owner_that_was_known()
    {
        RewindPlan plan = Plan([At("s.a", 50, 3, 10), At("s.b", 40, 4, 11), At("s.left", 1, 1, 1)], [At("s.a", 90, 8, 30)]);
        Assert.Equal((40, 90, 9, 30), (plan.To.Wall, plan.From!.Value.Wall, plan.Epoch, plan.Revision));
        Assert.Equal(["s.a", "s.b"], plan.Read.Select(read => read.Table));
        Assert.Equal(["s.a", "s.b"], plan.SetBack);
    }

    [Theory]
    [InlineData("30.0000000000", 30)]
    [InlineData("40.0000000000", 40)]
    public void An_earlier_beginning_may_be_chosen(string to, long begin)
    {
        RewindPlan plan = Plan([At("s.a", 50, 3, 10), At("s.b", 40, 4, 11)], [], new RewindRequest { To = to, Tables = ["s.b"] });
        Assert.Equal((begin, "s.b"), (plan.To.Wall, plan.SetBack.Single()));
    }

    [Fact]
    public void What_the_target_does_not_prove_is_refused()
    {
        TableWitness[] good = [At("s.a", 50, 3, 10), At("s.b", 40, 4, 11)];
        Assert.Contains("not through", Refused(good, new RewindRequest { To = "41.0000000000" }), StringComparison.Ordinal);
        Assert.Contains("wall.logical", Refused(good, new RewindRequest { To = "yesterday" }), StringComparison.Ordinal);
        Assert.Contains("no checkpoint of s.b", Refused([good[0]], new RewindRequest()), StringComparison.Ordinal);
        Assert.Contains("no checkpoint of s.b", Refused([good[0], At("s.b", 0, 1, 0)], new RewindRequest()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_of_the_future_needs_a_beginning_that_is_not()
    {
        TableWitness[] late = [At("s.a", Present + 1, 3, 10), At("s.b", Present + 1, 4, 11)];
        Assert.Contains("in the future", Refused(late, new RewindRequest()), StringComparison.Ordinal);
        Assert.Equal(
            Present - 5, Plan(late, late, new RewindRequest { To = new HlcTimestamp(Present - 5, 0).ToString() }).To.Wall);
    }

    private static string Refused(TableWitness[] shown, RewindRequest wish)
    {
        ApiException refusal = Assert.Throws<ApiException>(() => Plan(shown, [], wish));
        Assert.Equal("rewind_unprovable", refusal.Code);
        return refusal.Message;
    }

    private static RewindPlan Plan(TableWitness[] shown, TableWitness[] known, RewindRequest? wish = null) =>
        RewindPlan.Of(Failback, wish ?? new RewindRequest(), shown, known, Now);

    private static TableWitness At(string table, long wall, long epoch, long revision) => new()
    {
        Table = table,
        Lineage = "a",
        Epoch = epoch,
        Revision = revision,
        Resolved = new HlcTimestamp(wall, 0).ToString(),
    };

    private static TableRoute Route(string table) => new() { Source = table, Target = table, Queue = table };
}
