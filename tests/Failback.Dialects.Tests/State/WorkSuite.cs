using System.Security.Cryptography;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Calls;
using Failback.Control.Journal;
using Failback.Control.Operations;
using Failback.Control.Registry;
using Failback.Control.Steps;
using Failback.Control.Storage;
using Failback.Hosting.Secrets;
using Xunit;

namespace Failback.Dialects.Tests.State;

/// <summary>What is kept of events, operations and calls, whatever database keeps it.</summary>
public abstract class WorkSuite(IStateFixture fixture)
{
    [Fact]
    public async Task Events_are_read_in_the_order_of_their_ids_and_none_appears_late()
    {
        using ControlDatabase database = StateRecords.Open(await fixture.CreateAsync());
        var store = new FailbackStore(database, TimeProvider.System);
        var events = new EventStore(database, TimeProvider.System);
        store.Save(StateRecords.Record("shop"));
        using var done = new CancellationTokenSource();
        Task<List<long>> reading = Task.Run(() => Follow(events, done.Token));
        await Parallel.ForEachAsync(Enumerable.Range(0, 60), new ParallelOptions { MaxDegreeOfParallelism = 4 }, (i, _) =>
        {
            events.Append("shop", [Happened($"{i}"), Happened($"{i} too")]);
            return ValueTask.CompletedTask;
        });
        await done.CancelAsync();
        Assert.Equal(events.After("shop", 0, 1000).Select(one => one.Id), await reading);
        Assert.Equal(121, events.After("shop", 0, 1000).Count);
        Assert.Equal(["defined", "note", "note"], events.After("shop", 0, 3).Select(one => one.Type));
        Assert.Equal(events.After("shop", 0, 1000).TakeLast(2).Select(one => one.Id), events.Last("shop", 2).Select(one => one.Id));
        events.Append("gone", [Happened("x")]);
        Assert.Empty(events.Last("gone", 1));
        Assert.Equal(0, events.Prune("shop"));
    }

    [Fact]
    public async Task A_change_of_state_and_its_event_are_one()
    {
        using ControlDatabase database = StateRecords.Open(await fixture.CreateAsync());
        var store = new FailbackStore(database, TimeProvider.System);
        FailbackRecord first = store.Save(StateRecords.Record("shop"));
        FailbackRecord running = store.Save(first with { State = RunState.Running });
        Assert.Throws<ApiException>(() => store.Save(first with { State = RunState.Paused }));
        FailbackEvent[] told = [.. new EventStore(database, TimeProvider.System).After("shop", 0, 10)];
        Assert.Equal(
            [(first.Revision, "defined"), (running.Revision, "created became running")], told.Select(one => (one.Id, one.Message)));
    }

    [Fact]
    public async Task Operations_are_kept_listed_and_cancelled()
    {
        using ControlDatabase database = StateRecords.Open(await fixture.CreateAsync());
        var box = new SecretBox(new byte[32]);
        var store = new OperationStore(database, box);
        Operation first = New("a", "shop"), second = New("b", "shop"), other = New("c", "else");
        foreach (Operation one in (Operation[])[first, second, other]) store.Add(one);
        Assert.True(store.RequestCancel("b"));
        store.SaveProgress(second with { Step = "half", Done = 1, Total = 2 });
        store.Save(
            first with
            {
                State = OperationState.Succeeded,
                Result = System.Text.Json.JsonSerializer.SerializeToElement(new { statement = "pl4nted" })
            });
        store.SaveProgress(first with { Step = "too late" });
        Assert.False(store.RequestCancel("a"));
        Assert.Equal(("half", true), (store.Find("b")!.Step, store.Find("b")!.CancelRequested));
        Assert.Equal(
            (OperationState.Succeeded, "pl4nted"),
            (store.Find("a")!.State, store.Find("a")!.Result!.Value.GetProperty("statement").GetString()));
        Assert.DoesNotContain(
            database.Query(row => row.GetString(0), "SELECT body FROM operation"),
            body => body.Contains("pl4nted", StringComparison.Ordinal));
        Assert.Equal(["c", "b", "a"], store.List("", "", "", 10).Select(one => one.Id));
        Assert.Equal(["a"], store.List("shop", "", "b", 10).Select(one => one.Id));
        Assert.Equal(["c"], store.List("", "running", "", 1).Select(one => one.Id));
        Assert.Equal(["b", "c"], store.Running().Select(one => one.Id).Order(StringComparer.Ordinal));
        Assert.Equal(1, store.Prune("z"));
    }

    [Fact]
    public async Task A_run_of_steps_is_changed_only_by_the_control_that_read_it_last()
    {
        using ControlDatabase database = StateRecords.Open(await fixture.CreateAsync());
        FailbackRecord failback = new FailbackStore(database, TimeProvider.System).Save(StateRecords.Record("shop"));
        var store = new StepStore(database, TimeProvider.System);
        StepRun[] runs = [.. ((string[])["a", "b", "c"]).Select(id => database.Transact(transaction => store.Add(
            transaction, new StepRun
            {
                Id = id,
                Failback = id == "c" ? "else" : "shop",
                Kind = "start",
                From = StepOrigin.Of(failback),
                BegunAt = TimeProvider.System.GetUtcNow()
            })))];
        StepRun begun = store.Save(runs[0].With(new StepEntry("first", 1, runs[0].BegunAt)));
        Assert.Equal("changed_meanwhile", Assert.Throws<ApiException>(() => store.Save(runs[0] with { State = StepRunState.Done })).Code);
        StepRun found = store.Find("a")!;
        Assert.Equal((begun.Revision, 2L, false), (found.Revision, found.Revision, found.IsDone("first")));
        Assert.Equal((runs[0].From, runs[0].BegunAt), (found.From, found.BegunAt));
        store.Save(runs[1] with { State = StepRunState.Stuck });
        Assert.Equal(["a", "b", "c"], store.Open().Select(run => run.Id));
        Assert.Equal(["a", "b"], store.Open("shop").Select(run => run.Id));
        Assert.Equal(0, store.Prune("z"));
        store.Save(found with { State = StepRunState.Replaced });
        Assert.Equal(["b", "c"], store.Open().Select(run => run.Id));
        new FailbackStore(database, TimeProvider.System).Remove("shop");
        Assert.Equal((1, 2), (store.Prune("z"), store.Open().Count));
    }

    [Fact]
    public async Task Calls_are_kept_sealed_until_they_are_too_old()
    {
        using ControlDatabase database = StateRecords.Open(await fixture.CreateAsync());
        var store = new CallStore(database, new SecretBox(new byte[32]));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        store.Save("1", new StoredCall("print", null), now);
        store.Save(
            "1", new StoredCall(
                "print", new StoredAnswer(
                    201, new Dictionary<string, string>(StringComparer.Ordinal) { ["ETag"] = "x" }, "pl4nted"u8.ToArray(), null)), now);
        StoredCall found = store.Find("1", now.AddHours(-1))!;
        Assert.Equal(
            ("print", 201, "x", "pl4nted"),
            (found.Fingerprint, found.Answer!.Status, found.Answer.Headers["ETag"],
                System.Text.Encoding.UTF8.GetString(found.Answer.Body)));
        Assert.Null(store.Find("1", now.AddHours(1)));
        Assert.DoesNotContain(
            database.Query(row => row.GetString(0), "SELECT body FROM repeatable_call"),
            body => body.Contains("print", StringComparison.Ordinal));
        Assert.Equal(1, store.Prune(now.AddHours(1)));
    }

    [Fact]
    public async Task What_an_older_key_sealed_is_sealed_anew_and_the_older_is_not_needed_any_more()
    {
        using ControlDatabase database = StateRecords.Open(await fixture.CreateAsync());
        (byte[] old, byte[] present) = (RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        Keep(new SecretBox(old), "1");
        Keep(new SecretBox(present), "2");
        (OperationStore Operations, CallStore Calls) both = Stores(new SecretBox(present, old));
        Assert.Equal((1, 1), (both.Operations.Reseal(), both.Calls.Reseal()));
        Assert.Equal((0, 0), (both.Operations.Reseal(), both.Calls.Reseal()));

        (OperationStore Operations, CallStore Calls) one = Stores(new SecretBox(present));
        Assert.Equal(["2 done", "1 done"], one.Operations.List("", "", "", 10).Select(operation => operation.Result!.Value.GetString()));
        Assert.Equal("1", one.Calls.Find("1", now.AddHours(-1))!.Fingerprint);
        (OperationStore Operations, CallStore Calls) none = Stores(new SecretBox(old));
        Assert.Equal((0, 0), (none.Operations.Reseal(), none.Calls.Reseal()));
        Assert.All(none.Operations.List("", "", "", 10), operation => Assert.Null(operation.Result));
        Assert.Throws<SecretBoxException>(() => none.Calls.Find("1", now.AddHours(-1)));

        (OperationStore, CallStore) Stores(SecretBox box) => (new OperationStore(database, box), new CallStore(database, box));
        void Keep(SecretBox box, string id)
        {
            (OperationStore operations, CallStore calls) = Stores(box);
            operations.Add(New(id, "shop"));
            operations.Save(
                New(id, "shop") with
                {
                    State = OperationState.Succeeded,
                    Result = System.Text.Json.JsonSerializer.SerializeToElement(id + " done")
                });
            calls.Save(id, new StoredCall(id, null), now);
        }
    }

    private static List<long> Follow(EventStore events, CancellationToken done)
    {
        var seen = new List<long>();
        for (bool last = false; ;)
        {
            IReadOnlyList<FailbackEvent> next = events.After("shop", seen.Count > 0 ? seen[^1] : 0, 100);
            seen.AddRange(next.Select(one => one.Id));
            if (last && next.Count == 0) return seen;
            last = done.IsCancellationRequested;
        }
    }

    private static FailbackEvent Happened(string message) => new() { At = DateTimeOffset.UnixEpoch, Type = "note", Message = message };

    private static Operation New(string id, string failback) =>
        new() { Id = id, Kind = "start", Failback = failback, CreatedAt = DateTimeOffset.UnixEpoch, UpdatedAt = DateTimeOffset.UnixEpoch };
}
