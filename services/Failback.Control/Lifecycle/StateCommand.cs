using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Changefeeds;
using Failback.Control.Continuity;
using Failback.Control.Fleet;
using Failback.Control.Operations;
using Failback.Control.Registry;
using Failback.Control.Settings;

namespace Failback.Control.Lifecycle;

/// <summary>Pause, resume and stop. Each may be repeated.</summary>
internal sealed class StateCommand(
    FailbackStore store, FeedControl feeds, QueueContinuity continuity, StepCalls calls, Announcer announcer, CommandLocks locks,
        OrderWatch orders, TimeProvider time, ILogger<StateCommand> log)
{
    private static readonly Transition Pause = new(RunState.Paused, [RunState.Running], "start it first");
    private static readonly Transition Resume = new(RunState.Running, [RunState.Paused], "call start");

    private static readonly Transition Stop = new(
        RunState.Stopped, [RunState.Running, RunState.Paused], "there is nothing to stop before the first start");

    /// <param name="name">Name of the failback.</param>
    /// <param name="changefeed">Also pause the managed changefeed's job: rows then wait in CockroachDB instead of in the queues.</param>
    /// <param name="condition">Revision that the caller has seen.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<FailbackRecord> PauseAsync(string name, bool changefeed, Precondition condition, CancellationToken cancellationToken) =>
        ChangeAsync(
            name, condition, Pause,
            failback => changefeed ? feeds.PauseAsync(failback, pause: true, cancellationToken) : Task.CompletedTask, cancellationToken);

    public Task<FailbackRecord> ResumeAsync(string name, Precondition condition, CancellationToken cancellationToken) =>
        ChangeAsync(
            name, condition, Resume, async failback =>
            {
                await continuity.RequireAsync(failback, cancellationToken);
                await feeds.PauseAsync(failback, pause: false, cancellationToken);
            }, cancellationToken);

    /// <param name="name">Name of the failback.</param>
    /// <param name="force">Stop also when CockroachDB cannot be asked to cancel the changefeed; that is done when it answers again.</param>
    /// <param name="condition">Revision that the caller has seen.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<FailbackRecord> StopAsync(string name, bool force, Precondition condition, CancellationToken cancellationToken) =>
        ChangeAsync(name, condition, Stop, failback => feeds.CancelAsync(failback, force, cancellationToken), cancellationToken);

    /// <param name="name">Name of the failback.</param>
    /// <param name="condition">Revision that the caller has seen.</param>
    /// <param name="transition">The change of state.</param>
    /// <param name="feed">What is done about the changefeed before the state changes; repeated with the call.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private async Task<FailbackRecord> ChangeAsync(
        string name, Precondition condition, Transition transition, Func<FailbackRecord, Task> feed, CancellationToken cancellationToken)
    {
        FailbackRecord failback = await StoreAsync(name, condition, transition, feed, cancellationToken);
        await announcer.TellAsync(failback, cancellationToken);
        // The call returns what is so, not what was ordered: paused and stopped are said once all concerned have said so.
        await orders.WaitAsync(failback, cancellationToken);
        return failback;
    }

    private async Task<FailbackRecord> StoreAsync(
        string name, Precondition condition, Transition transition, Func<FailbackRecord, Task> feed, CancellationToken cancellationToken)
    {
        using IDisposable turn = await locks.EnterAsync(name, cancellationToken);
        FailbackRecord failback = store.Require(name);
        condition.Check(failback);
        RunState goal = transition.Goal;
        if (failback.State != goal && !transition.From.Contains(failback.State))
            throw new ApiException(
                409, "wrong_state", $"failback {name} is {Lower(failback.State)}, it cannot become {Lower(goal)}", transition.Remedy);
        // What an interrupted start has left must not go on after this.
        calls.Replace(name);
        await feed(failback);
        if (failback.State != goal)
        {
            failback = store.Save(failback with { State = goal, StateSince = time.GetUtcNow() });
            ControlLog.StateChanged(log, name, goal, failback.Revision);
        }

        return failback;
    }

    private static string Lower(RunState state) => state.ToString().ToLowerInvariant();

    /// <summary>A change of state that operators may ask for.</summary>
    /// <param name="Goal">State afterwards; a failback that has it already keeps it.</param>
    /// <param name="From">States from which it is allowed.</param>
    /// <param name="Remedy">What to do instead in any other state.</param>
    private sealed record Transition(RunState Goal, RunState[] From, string Remedy);
}
