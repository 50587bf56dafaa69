using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Changefeeds;
using Failback.Control.Fleet;
using Failback.Control.Operations;
using Failback.Control.Registry;
using Failback.Control.Settings;

namespace Failback.Control.Lifecycle;

/// <summary>Pause, resume and stop. Each may be repeated.</summary>
internal sealed class StateCommand(
    FailbackStore store, FeedControl feeds, StepCalls calls, Announcer announcer, CommandLocks locks, TimeProvider time,
        ILogger<StateCommand> log)
{
    /// <param name="changefeed">Also pause the managed changefeed's job: rows then wait in CockroachDB instead of in the queues.</param>
    public Task<FailbackRecord> PauseAsync(string name, bool changefeed, Precondition condition, CancellationToken cancellationToken) =>
        ChangeAsync(
        name, condition, RunState.Paused, state => state == RunState.Running, "start it first",
        failback => changefeed ? feeds.PauseAsync(failback, pause: true, cancellationToken) : Task.CompletedTask, cancellationToken);

    public Task<FailbackRecord> ResumeAsync(string name, Precondition condition, CancellationToken cancellationToken) => ChangeAsync(
        name, condition, RunState.Running, state => state == RunState.Paused, "call start",
        failback => feeds.PauseAsync(failback, pause: false, cancellationToken), cancellationToken);

    /// <param name="force">Stop also when CockroachDB cannot be asked to cancel the changefeed; that is done when it answers again.</param>
    public Task<FailbackRecord> StopAsync(string name, bool force, Precondition condition, CancellationToken cancellationToken) =>
        ChangeAsync(
        name, condition, RunState.Stopped, state => state is RunState.Running or RunState.Paused,
        "there is nothing to stop before the first start",
        failback => feeds.CancelAsync(failback, force, cancellationToken), cancellationToken);

    /// <param name="feed">What is done about the changefeed first; repeated with the call.</param>
    private async Task<FailbackRecord> ChangeAsync(
        string name, Precondition condition, RunState goal, Func<RunState, bool> allowed, string remedy, Func<FailbackRecord, Task> feed,
        CancellationToken cancellationToken)
    {
        using IDisposable turn = await locks.EnterAsync(name, cancellationToken);
        FailbackRecord failback = store.Require(name);
        condition.Check(failback);
        if (failback.State != goal && !allowed(failback.State))
            throw new ApiException(
                409, "wrong_state", $"failback {name} is {Lower(failback.State)}, it cannot become {Lower(goal)}", remedy);
        // What an interrupted start has left must not go on after this.
        calls.Replace(name);
        await feed(failback);
        if (failback.State != goal)
        {
            failback = store.Save(failback with { State = goal, StateSince = time.GetUtcNow() });
            ControlLog.StateChanged(log, name, goal, failback.Revision);
        }

        await announcer.TellAsync(failback, cancellationToken);
        return failback;
    }

    private static string Lower(RunState state) => state.ToString().ToLowerInvariant();
}
