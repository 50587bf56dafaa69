using Failback.Contracts.Api;
using Failback.Control.Api;
using Failback.Control.Journal;
using Failback.Control.Operations;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Control.Steps;
using Failback.Control.Storage;
using Failback.Hosting.Secrets;
using Failback.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace Failback.Tests.Control.Steps;

/// <summary>Runs that nobody has in hand go on as operations, until they end or something else took their place.</summary>
public sealed class StepKeeperTests : IDisposable, IHostApplicationLifetime
{
    private readonly StateFolder _folder = new();
    private readonly SteppedTime _time = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ScriptedKind _kind = new();
    private readonly FailbackStore _failbacks;
    private readonly StepStore _steps;
    private readonly OperationStore _operations;
    private readonly EventStore _events;
    private readonly CommandLocks _locks;
    private readonly OperationRunner _runner;
    private readonly StepCalls _calls;
    private readonly StepKeeper _keeper;

    public StepKeeperTests()
    {
        ControlDatabase database = _folder.Database;
        _failbacks = new FailbackStore(database, _time);
        _failbacks.Save(StateFolder.Record("shop"));
        _steps = new StepStore(database, _time);
        _operations = new OperationStore(database, new SecretBox(new byte[32]));
        _events = new EventStore(database, _time);
        _locks = new CommandLocks(database, _time);
        var failures = new FailureExplanation(database);
        _runner = new OperationRunner(
            _operations, _steps, _events, database, failures, this, _time, NullLogger<OperationRunner>.Instance);
        _calls = new StepCalls(
            _steps, new StepMachine(_steps, failures, _time, NullLogger<StepMachine>.Instance), _runner, _operations, _events, _locks,
            database, this, _time, NullLogger<StepCalls>.Instance);
        _keeper = new StepKeeper(
            _steps, _calls, [_kind], _runner, _operations, _events, _failbacks, _locks, database,
            new Leadership(database, Options.Create(new ControlOptions()), _time, NullLogger<Leadership>.Instance), _time,
            NullLogger<StepKeeper>.Instance);
    }

    public CancellationToken ApplicationStarted => CancellationToken.None;

    public CancellationToken ApplicationStopping => _stopping.Token;

    public CancellationToken ApplicationStopped => CancellationToken.None;

    void IHostApplicationLifetime.StopApplication() => _stopping.Cancel();

    public void Dispose()
    {
        _folder.Dispose();
        _stopping.Dispose();
    }

    [Fact]
    public async Task A_run_without_its_process_goes_on_as_an_operation_that_succeeds_with_it()
    {
        StepRun run = Begin();
        await LookAsync();
        Operation shown = Assert.Single(_operations.List("shop", "", "", 10));
        Assert.Equal(("scripted", OperationState.Succeeded, "fourth"), (shown.Kind, shown.State, shown.Step));
        Assert.Equal((StepRunState.Done, shown.Id), (_steps.Find(run.Id)!.State, _steps.Find(run.Id)!.Operation));
        Assert.Equal("scripted succeeded", _events.Last("shop", 1)[0].Message);
        await LookAsync();
        Assert.Equal(4, _kind.Effects.Count);
    }

    [Fact]
    public async Task A_run_whose_failback_a_command_has_in_hand_is_left_to_it()
    {
        Begin();
        using (await _locks.EnterAsync("shop", default)) await LookAsync();
        Assert.Empty(_kind.Effects);
        await LookAsync();
        Assert.Equal(4, _kind.Effects.Count);
    }

    [Fact]
    public async Task A_step_that_fails_again_and_again_is_shown_as_stuck_and_told_once()
    {
        _kind.Fault = new ApiException(503, "away", "it is away", "bring it back");
        StepRun run = Begin();
        for (int attempt = 1; attempt <= 5; attempt++)
        {
            await LookAsync();
            await LookAsync();
            Operation now = Assert.Single(_operations.List("shop", "running", "", 10));
            Assert.Equal(attempt, _steps.Find(run.Id)!.Failure!.Attempts);
            string expected = attempt < 3 ? "" : $"away, it is away, bring it back, {attempt}";
            Assert.Equal(
                expected, now.Stuck is { } stuck ? $"{stuck.Code}, {stuck.Detail}, {stuck.Remedy}, {stuck.Attempts}" : "");
            _time.Step(TimeSpan.FromMinutes(1));
        }

        Assert.Single(_events.Last("shop", 10), one => one is { Type: "operation", Code: "away" });
        _kind.Fault = null;
        await LookAsync();
        Operation ended = Assert.Single(_operations.List("shop", "", "", 10));
        Assert.Equal((OperationState.Succeeded, null), (ended.State, ended.Stuck));
    }

    [Fact]
    public async Task An_operation_that_waits_for_its_next_attempt_can_be_cancelled()
    {
        _kind.Fault = new ApiException(503, "away", "it is away", "bring it back");
        StepRun run = Begin();
        await LookAsync();
        Assert.True(_operations.RequestCancel(_steps.Find(run.Id)!.Operation!));
        await LookAsync();
        Assert.Equal(OperationState.Cancelled, Assert.Single(_operations.List("shop", "", "", 10)).State);
        Assert.Equal(StepRunState.Cancelled, _steps.Find(run.Id)!.State);
    }

    [Fact]
    public async Task A_later_command_takes_the_place_of_what_an_earlier_one_has_left()
    {
        _kind.Fault = new ApiException(503, "away", "it is away", "bring it back");
        StepRun first = Begin();
        await LookAsync();
        StepRun second = Begin();
        Assert.Equal((StepRunState.Replaced, second.Id), (_steps.Find(first.Id)!.State, Assert.Single(_steps.Open("shop")).Id));
        Operation ended = Assert.Single(_operations.List("shop", "failed", "", 10));
        Assert.Equal("replaced", ended.Problem!.Code);
    }

    [Fact]
    public async Task A_run_whose_failback_is_no_longer_as_it_was_does_not_go_on()
    {
        StepRun run = Begin();
        _kind.Wanted = false;
        await LookAsync();
        Assert.Equal(StepRunState.Replaced, _steps.Find(run.Id)!.State);
        Assert.Empty(_kind.Effects);
    }

    [Fact]
    public async Task A_run_of_a_newer_release_waits_for_it()
    {
        StepRun run = Begin();
        _steps.Save(run with { Kind = "unknown" });
        await LookAsync();
        Assert.True(_steps.Find(run.Id)!.IsOpen);
        Assert.Empty(_operations.List("", "", "", 10));
    }

    [Theory]
    [InlineData(false, "Cancelled", "Cancelled")]
    [InlineData(true, "Running", "Running")]
    public async Task A_cancelled_operation_ends_its_run_and_a_process_that_ends_leaves_both(bool stops, string operation, string run)
    {
        var inStep = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var gone = new CancellationTokenSource();
        _kind.At = point =>
        {
            if (point != 4) return;
            inStep.TrySetResult();
            gone.Token.WaitHandle.WaitOne();
            throw new OperationCanceledException(gone.Token);
        };
        var call = new DefaultHttpContext();
        call.Request.Headers["Prefer"] = "respond-async";
        await CallAsync(call);
        await inStep.Task;
        string id = _operations.List("shop", "", "", 1)[0].Id;
        if (stops) await _stopping.CancelAsync();
        else _runner.Interrupt(id);
        await gone.CancelAsync();
        await _runner.DrainAsync();
        Assert.Equal(operation, _operations.Find(id)!.State.ToString());
        Assert.Equal(run, _steps.Find(Assert.Single(All()).Id)!.State.ToString());
    }

    [Theory]
    [InlineData(false, 409, "Refused")]
    [InlineData(false, 503, "Refused")]
    [InlineData(true, 409, "Running")]
    [InlineData(true, 503, "Running")]
    public async Task A_caller_is_told_of_a_failure_whether_or_not_the_run_goes_on(bool committed, int status, string run)
    {
        var refusal = new ApiException(status, "no", "it does not", "wait");
        if (committed) _kind.Fault = refusal;
        else _kind.At = _ => throw refusal;
        var call = new DefaultHttpContext();
        Assert.Same(refusal, await Assert.ThrowsAsync<ApiException>(() => CallAsync(call)));
        Assert.Empty(_operations.List("", "", "", 10));
        Assert.Equal(run, Assert.Single(All()).State.ToString());

        _time.Step(TimeSpan.FromSeconds(5));
        call.Request.Headers["Prefer"] = "respond-async";
        await CallAsync(call);
        await _runner.DrainAsync();
        Operation told = Assert.Single(_operations.List("", "", "", 10));
        Assert.Equal((OperationState.Failed, "no"), (told.State, told.Problem!.Code));
        Assert.Equal([committed ? "Replaced" : "Refused", run], All().Select(one => one.State.ToString()));
    }

    private Task<IResult> CallAsync(HttpContext call) =>
        _calls.AnswerAsync(call, _kind, "shop", () => (_failbacks.Find("shop")!, null), _ => TypedResults.NoContent());

    private StepRun Begin() => _calls.Begin(_kind, _failbacks.Find("shop")!, null, null);

    private async Task LookAsync()
    {
        await _keeper.LookAsync(default);
        await _runner.DrainAsync();
    }

    private StepRun[] All() => [
        .. _folder.Database.Query(row => row.GetString(0), "SELECT id FROM step_run ORDER BY id").Select(id => _steps.Find(id)!)];
}
