using Failback.Contracts.Control;
using Failback.Control.Storage;
using MassTransit;

namespace Failback.Control.ControlPlane;

/// <summary>Answers every service that asks with all failbacks.</summary>
internal sealed class GetFailbacksConsumer(FailbackStore store) : IConsumer<GetFailbacks>
{
    public Task Consume(ConsumeContext<GetFailbacks> context)
    {
        (IReadOnlyList<Failbacks.FailbackRecord> all, long revision) = store.All();
        return context.RespondAsync(new FailbackList([.. all.Where(failback => failback.State != RunState.Deleted).Select(failback => failback.ToSpec())], revision));
    }
}
