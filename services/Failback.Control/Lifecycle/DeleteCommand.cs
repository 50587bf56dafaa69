using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Operations;
using Failback.Control.Registry;
using Failback.Control.Steps;

namespace Failback.Control.Lifecycle;

/// <summary>
/// DELETE: begins the run of <see cref="DeleteSteps"/>, which is finished whatever becomes of the call once it has begun.
/// </summary>
internal sealed class DeleteCommand(FailbackStore store, StepStore steps, StepCalls calls, DeleteSteps kind, CommandLocks locks)
{
    /// <param name="context">The call.</param>
    /// <param name="name">Name of the failback.</param>
    /// <param name="force">Also while it is started: what waits in its queues is dropped.</param>
    /// <param name="condition">Revision that the caller has seen.</param>
    public Task<IResult> AnswerAsync(HttpContext context, string name, bool force, Precondition condition) =>
        calls.AnswerAsync(context, kind, name, () =>
        {
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

            return (failback, null);
        }, _ => TypedResults.NoContent());

    /// <summary>Begins a run for a failback that is marked as deleted and has none, as one that an older release has left.</summary>
    public async Task ResumeAsync(string name, CancellationToken cancellationToken)
    {
        if (await locks.TryEnterAsync(name, cancellationToken) is not { } turn) return;
        using (turn)
        {
            if (store.Find(name) is { State: RunState.Deleted } failback && steps.Open(name).Count == 0)
                calls.Begin(kind, failback, null, null);
        }
    }
}
