using Failback.Contracts.Control;
using Failback.Control.Registry;
using Failback.Messaging.ControlPlane;

namespace Failback.Control.Fleet;

/// <summary>Answers the question of a service with all failbacks that are not deleted.</summary>
internal sealed class FailbackLists(FailbackStore store) : IAnswer<GetFailbacks, FailbackList>
{
    public Task<FailbackList> AnswerAsync(GetFailbacks question, CancellationToken cancellationToken)
    {
        // List and revision come from one moment: a service deletes what is missing in a list of that revision.
        (IReadOnlyList<FailbackRecord> all, long revision) = store.All();
        FailbackSpec[] specs = [.. all.Where(failback => failback.State != RunState.Deleted).Select(failback => failback.ToSpec())];
        return Task.FromResult(new FailbackList(specs, revision));
    }
}
