using Failback.Contracts.Control;
using Failback.Control.Changefeeds;
using Failback.Control.Continuity;
using Failback.Control.Fleet;
using Failback.Control.Progress;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Control.Steps;

namespace Failback.Control.Lifecycle;

/// <summary>
/// The steps of DELETE: first the changefeed, where control manages it, then the state, so that sink and appliers let go, then the queues,
/// then the record. Our tables in the target stay: they hold what happened.
/// </summary>
internal sealed class DeleteSteps(
    FailbackStore store, FeedControl feeds, TableQueues tableQueues, Announcer announcer, ProgressBoard board, WitnessBoard witnesses,
        TimeProvider time, ILogger<DeleteSteps> log) : IStepKind
{
    private const string Mark = "marking it as deleted";

    public string Kind => "delete";

    public string CommitStep => Mark;

    // A failback that sink and appliers have let go of does not come back.
    public bool Undoes => false;

    public bool IsWanted(StepRun run, FailbackRecord? failback) =>
        failback is null
        || (failback.Generation == run.From.Generation && (failback.State == RunState.Deleted || run.From.IsStill(failback)));

    public Task<StepWork> OpenAsync(StepRun run, CancellationToken cancellationToken)
    {
        string name = run.Failback;
        return Task.FromResult<StepWork>(new StepList(
        [
            Step.Repeated("cancelling the changefeed", stop => CancelAsync(name, stop)),
            Step.Proven(
                Mark, () => store.Find(name) is { State: not RunState.Deleted } ? null : new { deleted = true }, _ => MarkAsync(name)),
            Step.Repeated("telling the services", stop => TellAsync(name, stop)),
            Step.Repeated("deleting queues", stop => DeleteQueuesAsync(name, stop)),
            Step.Proven("removing the record", () => store.Find(name) is null ? new { removed = true } : null, _ => RemoveAsync(name)),
        ]));
    }

    public Task UndoAsync(StepRun run, CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<object?> CancelAsync(string name, CancellationToken cancellationToken) => store.Find(name) is { } failback
        ? new { leftBehind = await feeds.CancelForGoodAsync(failback, cancellationToken) }
        : null;

    private Task MarkAsync(string name)
    {
        if (store.Find(name) is { State: not RunState.Deleted } failback)
            store.Save(failback with { State = RunState.Deleted, StateSince = time.GetUtcNow() });
        return Task.CompletedTask;
    }

    private async Task TellAsync(string name, CancellationToken cancellationToken)
    {
        if (store.Find(name) is { } failback) await announcer.TellAsync(failback, cancellationToken);
    }

    private async Task<object?> DeleteQueuesAsync(string name, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> queues = store.Queues(name);
        StepProgress.Report("deleting queues", 0, queues.Count);
        if (queues.Count > 0) await tableQueues.DeleteAsync(queues, cancellationToken);
        return new { queues = queues.Count };
    }

    private Task RemoveAsync(string name)
    {
        int queues = store.Queues(name).Count;
        store.Remove(name);
        board.Forget(name);
        witnesses.Forget(name);
        ControlLog.Deleted(log, name, queues);
        return Task.CompletedTask;
    }
}
