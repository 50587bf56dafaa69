using Failback.Control.Api;
using Failback.Control.Registry;
using Failback.Control.Steps;
using Failback.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Failback.Tests.Control.Steps;

/// <summary>Steps are taken once each, whatever becomes of the process, and a failure ends a run, undoes it or is tried again.</summary>
public sealed class StepMachineTests : IDisposable
{
    private static readonly string[] All = ["first", ScriptedKind.Commit, "third", "fourth"];

    private readonly StateFolder _folder = new();
    private readonly SteppedTime _time = new();
    private readonly StepStore _store;
    private readonly FailbackRecord _failback;

    public StepMachineTests()
    {
        _store = new StepStore(_folder.Database, _time);
        _failback = new FailbackStore(_folder.Database, _time).Save(StateFolder.Record("shop"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Steps_are_taken_in_their_order_with_evidence_and_the_caller_ends_the_run()
    {
        var kind = new ScriptedKind();
        (StepRun complete, _) = await DriveAsync(Begin(kind), kind);
        Assert.Equal(All, kind.Effects);
        Assert.Equal(All, complete.Entries.Select(entry => entry.Step));
        Assert.All(complete.Entries, entry => Assert.Equal((1, false, true), (entry.Attempts, entry.Found, entry.Evidence is not null)));
        Assert.Equal([complete.Id], _store.Open().Select(run => run.Id));
        _store.Save(complete with { State = StepRunState.Done });
        Assert.Empty(_store.Open());
    }

    [Fact]
    public async Task A_process_that_dies_at_any_point_leaves_a_run_that_another_completes()
    {
        var whole = new ScriptedKind();
        await DriveAsync(Begin(whole), whole);
        for (int death = 0; death < whole.Points; death++)
        {
            var kind = new ScriptedKind();
            StepRun run = Begin(kind);
            using var process = new CancellationTokenSource();
            kind.At = point =>
            {
                if (point != death) return;
                process.Cancel();
                throw new OperationCanceledException(process.Token);
            };
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DriveAsync(run, kind, cancellationToken: process.Token));
            (StepRun complete, _) = await DriveAsync(_store.Find(run.Id)!, kind, attended: false);
            Assert.Equal(All, complete.Entries.Select(entry => entry.Step));
            Assert.All(complete.Entries, entry => Assert.NotNull(entry.DoneAt));
            // What has a proof is never done twice; what has none may be.
            foreach (string proven in All.Except(["third"], StringComparer.Ordinal))
                Assert.Equal((death, 1), (death, kind.Effects.Count(effect => effect == proven)));
            Assert.Equal(All, kind.Effects.Distinct(StringComparer.Ordinal));
            _store.Save(complete with { State = StepRunState.Done });
        }

        Assert.True(whole.Points > 10);
    }

    // Before the commit step only a refusal, a caller who is told, or too long a time end a run; after it a refusal that can be undone.
    [Theory]
    [InlineData(false, false, 503, 0, "Running", "")]
    [InlineData(false, false, 503, 6, "Refused", "")]
    [InlineData(false, false, 500, 0, "Running", "")]
    [InlineData(false, false, 409, 0, "Refused", "")]
    [InlineData(false, true, 503, 0, "Refused", "")]
    [InlineData(false, true, 422, 0, "Refused", "")]
    [InlineData(true, false, 503, 6, "Running", "first second")]
    [InlineData(true, true, 503, 0, "Running", "first second")]
    [InlineData(true, true, 500, 0, "Running", "first second")]
    [InlineData(true, false, 409, 0, "Refused", "first second undone")]
    [InlineData(true, true, 409, 0, "Refused", "first second undone")]
    public async Task What_becomes_of_a_failure(bool committed, bool attended, int status, int minutes, string state, string effects)
    {
        var kind = new ScriptedKind { Undoes = true };
        Exception fault = status == 500 ? new InvalidOperationException("pl4nted") : new ApiException(status, "no", "it does not", "wait");
        if (committed) kind.Fault = fault;
        else kind.At = _ => throw fault;
        StepRun run = Begin(kind, operation: "op");
        _time.Step(TimeSpan.FromMinutes(minutes));
        await Assert.ThrowsAsync(fault.GetType(), () => DriveAsync(run, kind, attended));
        StepRun left = _store.Find(run.Id)!;
        Assert.Equal((state, effects), (left.State.ToString(), string.Join(' ', kind.Effects)));
        Assert.Equal(status == 500 ? "internal" : "no", left.Failure!.Problem.Code);
        Assert.DoesNotContain("pl4nted", left.Failure.Problem.Detail, StringComparison.Ordinal);
        // The caller's operation ends with what the caller is told; an open run is shown by another.
        Assert.Equal(left.IsOpen && attended ? null : "op", left.Operation);
    }

    [Fact]
    public async Task What_only_goes_forward_is_tried_again_after_a_refusal_too()
    {
        var kind = new ScriptedKind { Fault = new ApiException(409, "no", "it does not", "wait") };
        StepRun run = Begin(kind);
        await Assert.ThrowsAsync<ApiException>(() => DriveAsync(run, kind));
        Assert.Equal((StepRunState.Running, 2), (_store.Find(run.Id)!.State, kind.Effects.Count));
    }

    [Fact]
    public async Task A_step_that_fails_three_times_is_stuck_with_longer_and_longer_pauses_until_it_succeeds()
    {
        var kind = new ScriptedKind { Fault = new ApiException(503, "away", "it is away", "bring it back") };
        StepRun run = Begin(kind);
        var pauses = new List<TimeSpan>();
        for (int attempt = 1; attempt <= 10; attempt++)
        {
            await Assert.ThrowsAsync<ApiException>(() => DriveAsync(_store.Find(run.Id)!, kind, attended: false));
            StepRun left = _store.Find(run.Id)!;
            Assert.Equal(attempt >= StepMachine.StuckAfter ? StepRunState.Stuck : StepRunState.Running, left.State);
            Assert.Equal((attempt, run.BegunAt), (left.Failure!.Attempts, left.Failure.Since));
            pauses.Add(left.Failure.Next - _time.GetUtcNow());
        }

        Assert.InRange(pauses[0], TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1));
        Assert.InRange(pauses[^1], TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1));
        kind.Fault = null;
        (StepRun complete, _) = await DriveAsync(_store.Find(run.Id)!, kind, attended: false);
        Assert.Equal((StepRunState.Running, null, 11), (complete.State, complete.Failure, complete.Entry("third")!.Attempts));
    }

    [Fact]
    public async Task A_process_that_dies_while_it_undoes_leaves_that_to_the_next()
    {
        for (int death = 0; death < 2; death++)
        {
            var kind = new ScriptedKind { Undoes = true, Fault = new ApiException(409, "no", "it does not", "wait") };
            StepRun run = Begin(kind);
            int undone = -1;
            kind.At = point =>
            {
                if (undone < 0 && _store.Find(run.Id)!.Undoing is not null) undone = point;
                if (undone >= 0 && point == undone + death) throw new InvalidOperationException("dead");
            };
            await Assert.ThrowsAsync<InvalidOperationException>(() => DriveAsync(run, kind));
            Assert.Equal((true, "no"), (_store.Find(run.Id)!.IsOpen, _store.Find(run.Id)!.Undoing!.Problem.Code));
            kind.At = static _ => { };
            kind.Fault = null;
            ApiException refused = await Assert.ThrowsAsync<ApiException>(() => DriveAsync(_store.Find(run.Id)!, kind, attended: false));
            Assert.Equal(("no", StepRunState.Refused), (refused.Code, _store.Find(run.Id)!.State));
            Assert.Equal(["first", "second", "undone"], kind.Effects);
        }
    }

    [Fact]
    public async Task A_process_that_lost_its_turn_does_nothing_more()
    {
        var kind = new ScriptedKind();
        StepRun run = Begin(kind);
        kind.At = point =>
        {
            // Frozen while the third step runs: the next control completes the run.
            if (point != 8) return;
            kind.At = static _ => { };
            Task.Run(() => DriveAsync(_store.Find(run.Id)!, kind, attended: false)).GetAwaiter().GetResult();
        };
        ApiException lost = await Assert.ThrowsAsync<ApiException>(() => DriveAsync(run, kind));
        Assert.Equal("changed_meanwhile", lost.Code);
        Assert.Equal((4, StepRunState.Running), (_store.Find(run.Id)!.Entries.Count, _store.Find(run.Id)!.State));
        Assert.All(_store.Find(run.Id)!.Entries, entry => Assert.NotNull(entry.DoneAt));
        Assert.Single(kind.Effects, effect => effect == "fourth");
    }

    [Fact]
    public async Task A_step_whose_effect_is_not_seen_afterwards_has_failed()
    {
        var kind = new ScriptedKind();
        StepRun run = Begin(kind);
        kind.At = _ => kind.Effects.Clear();
        ApiException unproven = await Assert.ThrowsAsync<ApiException>(() => DriveAsync(run, kind));
        Assert.Equal((503, "step_unproven"), (unproven.Status, unproven.Code));
        Assert.False(_store.Find(run.Id)!.IsDone("first"));
    }

    private Task<(StepRun Run, object? Result)> DriveAsync(
        StepRun run, ScriptedKind kind, bool attended = true, CancellationToken cancellationToken = default) =>
        new StepMachine(_store, new FailureExplanation(_folder.Database), _time, NullLogger<StepMachine>.Instance)
            .DriveAsync(run, kind, attended, cancellationToken);

    private StepRun Begin(ScriptedKind kind, string? operation = null) => _folder.Database.Transact(transaction => _store.Add(
        transaction, new StepRun
        {
            Id = Guid.NewGuid().ToString("N"),
            Failback = "shop",
            Kind = kind.Kind,
            From = StepOrigin.Of(_failback),
            Operation = operation,
            BegunAt = _time.GetUtcNow(),
        }));
}
