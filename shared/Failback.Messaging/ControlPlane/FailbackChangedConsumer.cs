using Failback.Contracts.Control;
using MassTransit;

namespace Failback.Messaging.ControlPlane;

/// <summary>Takes control's news into the directory.</summary>
internal sealed class FailbackChangedConsumer(FailbackDirectory directory) : IConsumer<FailbackChanged>
{
    public Task Consume(ConsumeContext<FailbackChanged> context)
    {
        directory.Apply(context.Message.Spec);
        return Task.CompletedTask;
    }
}
