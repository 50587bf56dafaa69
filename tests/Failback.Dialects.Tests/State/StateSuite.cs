using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Control.Api;
using Failback.Control.Audit;
using Failback.Control.Changefeeds;
using Failback.Control.Continuity;
using Failback.Control.Progress;
using Failback.Control.Registry;
using Failback.Control.Status;
using Failback.Control.Storage;
using Xunit;

namespace Failback.Dialects.Tests.State;

/// <summary>What the state of control promises, whatever database holds it.</summary>
public abstract class StateSuite(IStateFixture fixture)
{
    [Fact]
    public async Task A_witness_never_falls_until_a_rewind_and_survives_restarts_and_late_controls()
    {
        string place = await fixture.CreateAsync();
        using ControlDatabase database = StateRecords.Open(place);
        var store = new FailbackStore(database, TimeProvider.System);
        FailbackRecord saved = store.Save(StateRecords.Record("shop"));
        using var late = new StateBoard(place);
        late.Board.Take(Owner(2, 5, 50));
        var board = new WitnessBoard(new WitnessStore(database));
        board.Take(Owner(3, 9, 90));
        board.Take(Owner(3, 8, 95));
        board.Take(Owner(2, 20, 200));
        board.Take(Owner(0, 99, 900));
        board.Save();
        // A control that has heard less neither stores nor tells less.
        Assert.Equal((3, 9, 95), Numbers(late.Board.Of("shop")));
        late.Board.Save();
        using (ControlDatabase again = StateRecords.Open(place))
            Assert.Equal((3, 9, 95), Numbers(new WitnessBoard(new WitnessStore(again)).Of("shop")));

        TableWitness rewound = board.Of("shop").Single() with { Epoch = 4, Revision = 21, Resolved = "40.0000000000" };
        store.Save(saved, transaction => WitnessStore.Replace(transaction, "shop", [rewound]));
        board.Take(Owner(3, 30, 300));
        board.Save();
        Assert.Equal((4, 21, 40), Numbers(board.Of("shop")));
        Assert.Equal((4, 21, 40), Numbers(late.Board.Of("shop")));
        store.Remove("shop");
        board.Forget("shop");
        Assert.Empty(board.Of("shop"));
    }

    [Fact]
    public async Task A_queue_counts_as_lost_only_once_it_was_there()
    {
        string place = await fixture.CreateAsync();
        using ControlDatabase database = StateRecords.Open(place);
        var store = new FailbackStore(database, TimeProvider.System);
        store.Save(StateRecords.Record("shop"));
        store.RememberQueues("shop", ["a", "b"]);
        Assert.Empty(store.ConfirmedQueues("shop"));
        store.ConfirmQueues("shop", ["a"]);
        store.RememberQueues("shop", ["a", "c"]);
        Assert.Equal(["a"], store.ConfirmedQueues("shop"));
        store.ForgetQueues("shop", ["a"]);
        Assert.Equal(["b", "c"], store.Queues("shop").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_saved_is_there_after_a_restart()
    {
        string place = await fixture.CreateAsync();
        FailbackRecord saved;
        using (ControlDatabase database = StateRecords.Open(place))
        {
            var store = new FailbackStore(database, TimeProvider.System);
            saved = store.Save(StateRecords.Record("shop"));
            store.RememberQueues("shop", ["a", "b"]);
            store.RememberQueues("shop", ["b", "c"]);
            new FeedStore(database).Save("shop", new ManagedFeed { JobId = "1" });
            new FeedStore(database).Save("shop", new ManagedFeed { JobId = "2" });
            new ProgressStore(database).Save([("shop", Report("t", 1)), ("gone", Report("t", 1))]);
            new ProgressStore(database).Save([("shop", Report("t", 2))]);
        }

        using ControlDatabase again = StateRecords.Open(place);
        var reopened = new FailbackStore(again, TimeProvider.System);
        Assert.Equal(saved.Revision, reopened.Find("shop")!.Revision);
        Assert.Equal(["a", "b", "c"], reopened.Queues("shop").Order(StringComparer.Ordinal));
        Assert.Equal("2", new FeedStore(again).Find("shop")!.JobId);
        Assert.Equal(2, Assert.Single(new ProgressStore(again).Load()).Report.Progress.Applied);
    }

    [Fact]
    public async Task Lines_of_the_audit_log_form_one_chain_whoever_writes_them()
    {
        using ControlDatabase database = StateRecords.Open(await fixture.CreateAsync());
        var store = new AuditStore(database);
        await Parallel.ForEachAsync(Enumerable.Range(0, 20), new ParallelOptions { MaxDegreeOfParallelism = 4 }, (i, _) =>
        {
            store.Add(
                new AuditEntry
                {
                    Call = $"{i}",
                    At = DateTimeOffset.UnixEpoch,
                    Caller = "ci",
                    Role = "admin",
                    Remote = "::1",
                    Method = "PUT",
                    Path = "/",
                    Outcome = "begun"
                });
            return ValueTask.CompletedTask;
        });
        IReadOnlyList<(long Number, AuditEntry Entry)> lines = store.Read(0, 100);
        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), lines.Select(line => line.Number));
        Assert.Equal((string[])["", .. lines.SkipLast(1).Select(line => line.Entry.Hash)], lines.Select(line => line.Entry.Before));
        Assert.All(lines, line => Assert.True(line.Entry.IsIntact));
        Assert.Equal((20, lines[^1].Entry.Hash), store.Head());
    }

    [Fact]
    public async Task Revisions_grow_over_all_failbacks_and_are_read_as_of_one_moment()
    {
        using ControlDatabase database = StateRecords.Open(await fixture.CreateAsync());
        var store = new FailbackStore(database, TimeProvider.System);
        Assert.Equal((0, 0L), (store.All().Failbacks.Count, store.All().Revision));
        var seen = new List<long>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 40), new ParallelOptions { MaxDegreeOfParallelism = 4 }, (i, _) =>
        {
            long revision = store.Save(StateRecords.Record($"f{i}")).Revision;
            lock (seen) seen.Add(revision);
            (IReadOnlyList<FailbackRecord> all, long last) = store.All();
            Assert.Equal(last, all.Max(f => f.Revision));
            return ValueTask.CompletedTask;
        });
        Assert.Equal(40, seen.Distinct().Count());
        Assert.Equal(seen.Max(), store.All().Revision);
    }

    [Fact]
    public async Task A_save_on_what_has_changed_meanwhile_is_refused_and_changes_nothing()
    {
        using ControlDatabase database = StateRecords.Open(await fixture.CreateAsync());
        var store = new FailbackStore(database, TimeProvider.System);
        FailbackRecord first = store.Save(StateRecords.Record("shop"));
        FailbackRecord second = store.Save(first with { State = RunState.Running });
        Assert.Equal("changed_meanwhile", Assert.Throws<ApiException>(() => store.Save(first with { State = RunState.Paused })).Code);
        Assert.Equal("changed_meanwhile", Assert.Throws<ApiException>(() => store.Save(StateRecords.Record("shop"))).Code);
        Assert.Equal((second.Revision, RunState.Running), (store.Find("shop")!.Revision, store.Find("shop")!.State));
    }

    [Fact]
    public async Task A_webhook_path_belongs_to_one_failback()
    {
        using ControlDatabase database = StateRecords.Open(await fixture.CreateAsync());
        var store = new FailbackStore(database, TimeProvider.System);
        store.Save(StateRecords.Record("one") with { GeneratedPath = "/same" });
        Assert.Equal(
            "webhook_path_taken",
            Assert.Throws<ApiException>(() => store.Save(StateRecords.Record("two") with { GeneratedPath = "/same/" })).Code);
        Assert.Null(store.Find("two"));
    }

    [Fact]
    public async Task Removing_a_failback_removes_all_that_belongs_to_it()
    {
        using ControlDatabase database = StateRecords.Open(await fixture.CreateAsync());
        var store = new FailbackStore(database, TimeProvider.System);
        store.Save(StateRecords.Record("shop"));
        store.RememberQueues("shop", ["a"]);
        new FeedStore(database).Save("shop", new ManagedFeed());
        new ProgressStore(database).Save([("shop", Report("t", 1))]);
        store.Remove("shop");
        new FeedStore(database).Save("shop", new ManagedFeed());
        Assert.Empty(store.Queues("shop"));
        Assert.Null(new FeedStore(database).Find("shop"));
        Assert.Empty(new ProgressStore(database).Load());
    }

    [Fact]
    public async Task The_board_of_one_control_shows_at_once_what_another_has_stored()
    {
        string place = await fixture.CreateAsync();
        using ControlDatabase one = StateRecords.Open(place), other = StateRecords.Open(place);
        var writer = new FailbackStore(one, TimeProvider.System);
        using StatusBoard board = StateRecords.Board(other);
        Assert.Empty((await board.CurrentAsync(default)).Failbacks);
        FailbackRecord failback = writer.Save(StateRecords.Record("shop"));
        Assert.Equal(failback.Revision, (await board.RequireAsync("shop", default)).Failback.Revision);
        StatusSnapshot seen = await board.CurrentAsync(default);
        Assert.Same(seen, await board.CurrentAsync(default));
        new FeedStore(one).Save("shop", new ManagedFeed { JobId = "1" });
        Assert.Equal("1", Assert.Single(new FeedStore(other).All()).Value.JobId);
        Assert.Equal("1", (await board.RefreshAsync(default)).Find("shop")!.Feed!.JobId);
        writer.Save(failback with { State = RunState.Deleted });
        Assert.Equal("no_such_failback", (await Assert.ThrowsAsync<ApiException>(() => board.RequireAsync("shop", default))).Code);
    }

    [Fact]
    public async Task A_transaction_that_fails_leaves_nothing()
    {
        using ControlDatabase database = StateRecords.Open(await fixture.CreateAsync());
        Assert.Throws<InvalidOperationException>(() => database.Transact<int>(transaction =>
        {
            transaction.Execute("UPDATE revision SET last = 7");
            throw new InvalidOperationException();
        }));
        Assert.Equal(0, database.Query(row => row.GetInt64(0), "SELECT last FROM revision")[0]);
    }

    [Fact]
    public async Task A_database_of_a_newer_release_is_left_alone()
    {
        string place = await fixture.CreateAsync();
        using (ControlDatabase database = StateRecords.Open(place)) database.Execute(
            "INSERT INTO schema_version VALUES ($1)", SchemaVersions.All.Length + 1);
        Assert.Contains(
            "newer release", Assert.Throws<InvalidOperationException>(() => StateRecords.Open(place)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_processes_may_open_a_new_database_at_once()
    {
        string place = await fixture.CreateAsync();
        await Task.WhenAll(Enumerable.Range(0, fixture.IsShared ? 6 : 1).Select(_ => Task.Run(() => StateRecords.Open(place).Dispose())));
        using ControlDatabase database = StateRecords.Open(place);
        Assert.Equal(SchemaVersions.All.Length, database.Query(row => row.GetInt64(0), "SELECT count(*) FROM schema_version")[0]);
    }

    [Fact]
    public async Task A_lock_has_one_holder_among_the_processes()
    {
        string place = await fixture.CreateAsync();
        using ControlDatabase one = StateRecords.Open(place), other = StateRecords.Open(place);
        Assert.True(await one.Locks.HoldAsync("x", default));
        Assert.True(await one.Locks.HoldAsync("x", default));
        Assert.Equal(!fixture.IsShared, await other.Locks.HoldAsync("x", default));
        Assert.True(await other.Locks.HoldAsync("y", default));
        one.Locks.Release("x");
        Assert.True(await other.Locks.HoldAsync("x", default));
    }

    [Fact]
    public async Task Commands_on_one_failback_take_turns_over_all_processes()
    {
        string place = await fixture.CreateAsync();
        using ControlDatabase one = StateRecords.Open(place), other = StateRecords.Open(place);
        CommandLocks first = new(one, TimeProvider.System);
        CommandLocks second = fixture.IsShared ? new CommandLocks(other, TimeProvider.System) : first;
        int inside = 0, done = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 24), new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (i, cancellationToken) =>
        {
            using IDisposable turn = await (i % 2 == 0 ? first : second).EnterAsync("shop", cancellationToken);
            Assert.Equal(1, Interlocked.Increment(ref inside));
            Assert.Null(await second.TryEnterAsync("shop", cancellationToken));
            using IDisposable? elsewhere = await second.TryEnterAsync($"other{i}", cancellationToken);
            Assert.NotNull(elsewhere);
            Interlocked.Decrement(ref inside);
            Interlocked.Increment(ref done);
        });
        Assert.Equal(24, done);
    }

    private static TableReport Report(string table, long applied) =>
        new(1, "r", "consistent", DateTimeOffset.UnixEpoch,
            new TableProgress { Table = table, State = TableState.Running, Applied = applied });

    private static ApplierProgress Owner(long epoch, long revision, long resolved) => new()
    {
        Failback = "shop",
        Replica = "r",
        Epoch = epoch,
        Activity = "consistent",
        Tables = [
            new TableProgress {
                Table = "t", Epoch = epoch, Revision = revision, Lineage = "a", CheckpointResolved = $"{resolved}.0000000000" }],
    };

    private static (long Epoch, long Revision, long Resolved) Numbers(IReadOnlyList<TableWitness> found) =>
        (found.Single().Epoch, found.Single().Revision, Failback.Contracts.HlcTimestamp.Parse(found.Single().Resolved).Wall);

    private sealed class StateBoard(string place) : IDisposable
    {
        private readonly ControlDatabase _database = StateRecords.Open(place);

        public WitnessBoard Board => field ??= new WitnessBoard(new WitnessStore(_database));

        public void Dispose() => _database.Dispose();
    }
}
