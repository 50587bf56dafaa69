using Failback.Contracts.Api;
using Failback.Control.Api;
using Failback.Control.Journal;
using Failback.Control.Operations;
using Failback.Control.Registry;
using Failback.Control.Steps;
using Failback.Hosting.Secrets;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Failback.Tests.Control.Operations;

/// <summary>Work of a call within it, or as an operation whose end is kept whatever end it is.</summary>
public sealed class OperationRunnerTests : IDisposable, IHostApplicationLifetime
{
    private readonly StateFolder _folder = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly OperationStore _store;
    private readonly EventStore _events;
    private readonly OperationRunner _runner;
    private readonly DefaultHttpContext _call = new();

    public OperationRunnerTests()
    {
        new FailbackStore(_folder.Database, TimeProvider.System).Save(StateFolder.Record("shop"));
        _store = new OperationStore(_folder.Database, new SecretBox(new byte[32]));
        _events = new EventStore(_folder.Database, TimeProvider.System);
        _runner = new OperationRunner(
            _store, new StepStore(_folder.Database, TimeProvider.System), _events, _folder.Database,
            new FailureExplanation(_folder.Database), this, TimeProvider.System,
            NullLogger<OperationRunner>.Instance);
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

    [Theory]
    [InlineData(null, false)]
    [InlineData("return=minimal", false)]
    [InlineData("respond-async", true)]
    [InlineData("Respond-Async, wait=5", true)]
    [InlineData("return=minimal; respond-async", true)]
    public async Task Only_a_caller_who_prefers_it_gets_an_operation(string? prefer, bool operation)
    {
        if (prefer is not null) _call.Request.Headers["Prefer"] = prefer;
        IResult answer = await AnswerAsync(_ => Task.FromResult(7));
        await _runner.DrainAsync();
        Assert.Equal(operation ? 202 : 200, (answer as IStatusCodeHttpResult)?.StatusCode);
        Assert.Equal(operation ? 1 : 0, _store.List("", "", "", 10).Count);
        Assert.Equal(operation ? "respond-async" : "", _call.Response.Headers["Preference-Applied"].ToString());
    }

    [Fact]
    public async Task What_the_work_makes_is_kept_with_the_operation_and_told_as_an_event()
    {
        Operation ended = await RunAsync(_ => Task.FromResult(7));
        Assert.Equal((OperationState.Succeeded, 7, null), (ended.State, ended.Result!.Value.GetInt32(), ended.Problem));
        Assert.True(ended.FinishedAt >= ended.CreatedAt);
        Assert.Equal("operation", _events.Last("shop", 1)[0].Type);
        Assert.Empty(_runner.Running);
    }

    [Fact]
    public async Task A_refusal_is_kept_as_the_call_would_have_told_it()
    {
        Operation ended = await RunAsync(_ => throw new ApiException(409, "not_stopped", "it runs", "stop it"));
        Assert.Equal(
            (OperationState.Failed, 409, "not_stopped", "it runs", "stop it"),
            (ended.State, ended.Problem!.Status, ended.Problem.Code, ended.Problem.Detail, ended.Problem.Remedy));
    }

    [Fact]
    public async Task What_fails_unexpectedly_says_nothing_of_the_inside()
    {
        Operation ended = await RunAsync(_ => throw new InvalidOperationException("password=s3cret"));
        Assert.Equal((OperationState.Failed, 500, "internal"), (ended.State, ended.Problem!.Status, ended.Problem.Code));
        Assert.DoesNotContain("s3cret", ended.Problem.Detail + ended.Problem.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "Cancelled", null)]
    [InlineData(true, "Failed", "interrupted")]
    public async Task Work_that_is_interrupted_is_cancelled_and_work_whose_process_ends_has_failed(bool stops, string state, string? code)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Operation ended = await RunAsync(
            async cancellationToken =>
            {
                begun.SetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return 0;
            },
            async id =>
            {
                await begun.Task;
                _runner.Interrupt("another");
                if (stops) await _stopping.CancelAsync();
                else _runner.Interrupt(id);
            });
        Assert.Equal((state, code), (ended.State.ToString(), ended.Problem?.Code));
    }

    [Fact]
    public async Task A_call_that_does_not_wait_has_its_response_before_the_work_goes_anywhere()
    {
        _call.Request.Headers["Prefer"] = "respond-async";
        for (int i = 0; i < 200; i++)
        {
            using var responded = new ManualResetEventSlim();
            await AnswerAsync(
                token => Task.FromResult(responded.Wait(TimeSpan.FromSeconds(30), token) ? 0 : throw new TimeoutException()));
            responded.Set();
            await _runner.DrainAsync();
        }

        Assert.Equal(200, _store.List("", "succeeded", "", 1000).Count);
    }

    [Fact]
    public async Task How_far_the_work_is_can_be_read_while_it_goes_on()
    {
        var half = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await RunAsync(
            async _ =>
            {
                StepProgress.Report("copying", 1, 2);
                half.SetResult();
                await go.Task;
                return 0;
            },
            async id =>
            {
                await half.Task;
                Operation now = _store.Find(id)!;
                Assert.Equal((OperationState.Running, "copying", 1L, 2L), (now.State, now.Step, now.Done, now.Total));
                go.SetResult();
            });
    }

    [Fact]
    public async Task More_than_32_at_once_are_refused_until_some_have_ended()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _call.Request.Headers["Prefer"] = "respond-async";
        for (int i = 0; i < 32; i++) await AnswerAsync(_ => go.Task.ContinueWith(_ => 0, TaskScheduler.Default));
        ApiException refused = await Assert.ThrowsAsync<ApiException>(() => AnswerAsync(_ => Task.FromResult(0)));
        Assert.Equal((429, "too_many_operations"), (refused.Status, refused.Code));
        go.SetResult();
        await _runner.DrainAsync();
        await AnswerAsync(_ => Task.FromResult(0));
        await _runner.DrainAsync();
        Assert.Equal(33, _store.List("", "succeeded", "", 100).Count);
    }

    private Task<IResult> AnswerAsync(Func<CancellationToken, Task<int>> work) =>
        _runner.AnswerAsync(_call, "start", "shop", work, made => TypedResults.Ok(made));

    /// <summary>Runs work as an operation to its end.</summary>
    private async Task<Operation> RunAsync(Func<CancellationToken, Task<int>> work, Func<string, Task>? meanwhile = null)
    {
        _call.Request.Headers["Prefer"] = "respond-async";
        await AnswerAsync(work);
        string id = _store.List("", "", "", 1)[0].Id;
        if (meanwhile is not null) await meanwhile(id);
        await _runner.DrainAsync();
        return _store.Find(id)!;
    }
}
