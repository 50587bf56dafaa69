using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.ControlPlane;
using Failback.Control.Storage;

namespace Failback.Control.Failbacks;

/// <summary>Pause, resume and stop. Each may be repeated.</summary>
internal sealed class StateCommand(FailbackStore store, Announcer announcer, CommandLocks locks, TimeProvider time, ILogger<StateCommand> log)
{
    public static ApiException NotFound(string name) => new(404, "no_such_failback", $"there is no failback {name}", "GET /api/v1/failbacks lists them");

    public Task<FailbackRecord> PauseAsync(string name, Precondition condition, CancellationToken cancellationToken) =>
        ChangeAsync(name, condition, RunState.Paused, state => state == RunState.Running, "start it first", cancellationToken);

    public Task<FailbackRecord> ResumeAsync(string name, Precondition condition, CancellationToken cancellationToken) =>
        ChangeAsync(name, condition, RunState.Running, state => state == RunState.Paused, "call start", cancellationToken);

    public Task<FailbackRecord> StopAsync(string name, Precondition condition, CancellationToken cancellationToken) =>
        ChangeAsync(name, condition, RunState.Stopped, state => state is RunState.Running or RunState.Paused, "there is nothing to stop before the first start", cancellationToken);

    private async Task<FailbackRecord> ChangeAsync(
        string name, Precondition condition, RunState goal, Func<RunState, bool> allowed, string remedy, CancellationToken cancellationToken)
    {
        using IDisposable turn = await locks.EnterAsync(name, cancellationToken);
        FailbackRecord failback = store.Find(name) is { State: not RunState.Deleted } found ? found : throw NotFound(name);
        condition.Check(failback);
        if (failback.State != goal)
        {
            if (!allowed(failback.State)) throw new ApiException(409, "wrong_state", $"failback {name} is {Lower(failback.State)}, it cannot become {Lower(goal)}", remedy);
            failback = store.Save(failback with { State = goal, StateSince = time.GetUtcNow() });
            ControlLog.StateChanged(log, name, goal, failback.Revision);
        }

        await announcer.TellAsync(failback, cancellationToken);
        return failback;
    }

    private static string Lower(RunState state) => state.ToString().ToLowerInvariant();
}
