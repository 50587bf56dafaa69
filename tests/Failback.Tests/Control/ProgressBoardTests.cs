using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Control.Progress;
using Failback.Control.Registry;
using Xunit;

namespace Failback.Tests.Control;

public sealed class ProgressBoardTests
{
    private static readonly TableRoute Route = new() { Source = "a.t", Target = "b.t", Queue = "q" };
    private static readonly FailbackRecord Failback = StateFolder.Record("f");
    private static readonly FailbackRecord Again = Failback with { Generation = Failback.Generation + "x" };

    [Fact]
    public void Drops_reports_of_an_earlier_epoch()
    {
        var board = new ProgressBoard(TimeProvider.System);
        board.Take(Report(2, 20));
        board.Take(Report(1, 10));
        Assert.Equal(20, board.Find(Failback, Route)!.Progress.Applied);
        board.Take(Report(3, 5));
        Assert.Equal(5, board.Find(Failback, Route)!.Progress.Applied);
    }

    [Fact]
    public void What_another_control_deleted_or_set_up_anew_is_forgotten()
    {
        var board = new ProgressBoard(TimeProvider.System);
        board.Keep([("f", "1")]);
        board.Take(Report(2, 20));
        board.Keep([("f", "1")]);
        Assert.NotNull(board.Find(Failback, Route));
        board.Keep([("f", "2")]);
        Assert.Null(board.Find(Failback, Route));
        board.Take(Report(2, 20));
        board.Keep([]);
        Assert.Null(board.Find(Failback, Route));
    }

    [Fact]
    public void A_table_whose_group_shrank_is_told_by_its_own_epoch()
    {
        var board = new ProgressBoard(TimeProvider.System);
        board.Take(Report(4, 20) with { Tables = [new TableProgress { Table = "b.t", Epoch = 2, Applied = 20 }] });
        board.Take(Report(3, 21) with { Tables = [new TableProgress { Table = "b.t", Epoch = 3, Applied = 21 }] });
        Assert.Equal(21, board.Find(Failback, Route)!.Progress.Applied);
    }

    [Fact]
    public void Trouble_without_ownership_leaves_the_counts_as_they_were()
    {
        var board = new ProgressBoard(TimeProvider.System);
        board.Take(Report(2, 20));
        board.Take(
            Report(0, 0) with
            {
                Activity = "",
                Tables = [new TableProgress { Table = "b.t", State = TableState.Stopped, Error = "column x is missing" }]
            });
        TableReport report = board.Find(Failback, Route)!;
        Assert.Equal(
            (2, 20, TableState.Stopped, "column x is missing"),
            (report.Epoch, report.Progress.Applied, report.Progress.State, report.Progress.Error));
        board.Take(Report(2, 21));
        Assert.Null(board.Find(Failback, Route)!.Progress.Error);
    }

    [Fact]
    public void Hands_out_for_saving_only_what_is_new()
    {
        var board = new ProgressBoard(TimeProvider.System);
        board.Take(Report(2, 20));
        Assert.Single(board.TakeUnsaved());
        board.Take(Report(1, 10));
        Assert.Empty(board.TakeUnsaved());
    }

    [Fact]
    public void A_restored_report_does_not_replace_a_live_one()
    {
        var board = new ProgressBoard(TimeProvider.System);
        board.Take(Report(2, 20));
        board.Restore(
            [("f", new TableReport(9, "old", "consistent", DateTimeOffset.UnixEpoch, new TableProgress { Table = "b.t", Applied = 1 }))]);
        Assert.Equal(20, board.Find(Failback, Route)!.Progress.Applied);
    }

    [Fact]
    public void A_lower_epoch_counts_when_the_higher_one_has_been_quiet_for_long()
    {
        var board = new ProgressBoard(TimeProvider.System);
        board.Restore(
            [("f", new TableReport(
                9, "old", "consistent", TimeProvider.System.GetUtcNow().AddMinutes(-1),
                new TableProgress { Table = "b.t", Applied = 1 }))]);
        board.Take(Report(2, 20));
        Assert.Equal(20, board.Find(Failback, Route)!.Progress.Applied);
    }

    [Fact]
    public void Forgets_a_failback_with_its_sinks()
    {
        var board = new ProgressBoard(TimeProvider.System);
        board.Take(Report(2, 20));
        board.Take(new SinkProgress { Failback = "f", Replica = "s" });
        board.Take(new SinkProgress { Failback = "g", Replica = "s" });
        board.Forget("f");
        Assert.Null(board.Find(Failback, Route));
        Assert.Empty(board.Sinks(Failback));
        Assert.Single(board.Sinks(StateFolder.Record("g")));
    }

    /// <summary>
    /// A failback that was deleted and defined again under its name, while the last reports of the former one were on their way.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_said_of_an_earlier_failback_of_the_same_name_is_not_of_this_one(bool lateAfterTheNew)
    {
        var board = new ProgressBoard(TimeProvider.System);
        ApplierProgress former = Report(7, 20, revision: 5) with { Life = Failback.UnknownTableQueue };
        if (!lateAfterTheNew) board.Take(former);
        board.Take(new SinkProgress { Failback = "f", Replica = "s", Life = Failback.UnknownTableQueue, Resolved = "9.0000000000" });
        Assert.Empty(board.Sinks(Again));
        Assert.Null(board.Find(Again, Route));

        board.Take(Report(1, 3, revision: 6) with { Life = Again.UnknownTableQueue });
        if (lateAfterTheNew) board.Take(former);
        Assert.Equal(3, board.Find(Again, Route)!.Progress.Applied);
    }

    [Fact]
    public void What_was_stored_of_an_earlier_failback_of_the_same_name_is_not_of_this_one()
    {
        var board = new ProgressBoard(TimeProvider.System);
        board.Take(Report(7, 20) with { Life = Failback.UnknownTableQueue });
        var restarted = new ProgressBoard(TimeProvider.System);
        restarted.Restore(board.TakeUnsaved());
        Assert.NotNull(restarted.Find(Failback, Route));
        Assert.Null(restarted.Find(Again, Route));
    }

    private static ApplierProgress Report(long epoch, long applied, long revision = 0) => new()
    {
        Failback = "f",
        Replica = "r",
        Epoch = epoch,
        Activity = "consistent",
        Tables = [new TableProgress { Table = "b.t", Applied = applied, SpecRevision = revision }],
    };
}
