using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Changefeeds;
using Failback.Control.Fleet;
using Failback.Control.Operations;
using Failback.Control.Progress;
using Failback.Control.Registry;
using Failback.Control.Settings;

namespace Failback.Control.Lifecycle;

/// <summary>
/// DELETE: first the changefeed, where control manages it, then the state, so that sink and appliers let go, then the queues, then the
/// record. Interrupted after the first step, it is finished by repeating it or by <see cref="Housekeeping"/>. Our tables in the target
/// stay: they hold what happened.
/// </summary>
internal sealed class DeleteCommand(
    FailbackStore store, FeedControl feeds, TableQueues tableQueues, Announcer announcer, ProgressBoard board, CommandLocks locks,
        TimeProvider time, ILogger<DeleteCommand> log)
{
    public async Task DeleteAsync(string name, bool force, Precondition condition, CancellationToken cancellationToken)
    {
        using IDisposable turn = await locks.EnterAsync(name, cancellationToken);
        FailbackRecord failback = store.Find(name) ?? throw FailbackStore.NotFound(name);
        condition.Check(failback);
        if (failback.IsStarted && !force)
        {
            throw new ApiException(
                409,
                "started",
                $"failback {name} is {failback.State.ToString().ToLowerInvariant()}; deleting it drops rows that wait in its queues",
                "cancel the changefeed, stop the failback and let its queues drain, or repeat with ?force=true");
        }

        OperationSteps.Report("cancelling the changefeed");
        await feeds.CancelForGoodAsync(failback, cancellationToken);
        if (failback.State != RunState.Deleted)
            failback = store.Save(failback with { State = RunState.Deleted, StateSince = time.GetUtcNow() });
        await announcer.TellAsync(failback, cancellationToken);
        IReadOnlyList<string> queues = store.Queues(name);
        OperationSteps.Report("deleting queues", 0, queues.Count);
        if (queues.Count > 0) await tableQueues.DeleteAsync(queues, cancellationToken);
        store.Remove(name);
        board.Forget(name);
        ControlLog.Deleted(log, name, queues.Count);
    }
}
