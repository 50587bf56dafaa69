using Failback.Contracts.Control;
using MassTransit;

namespace Failback.Control.Progress;

/// <summary>Takes the appliers' and the sinks' reports.</summary>
internal sealed class ProgressConsumers(ProgressBoard board) : IConsumer<ApplierProgress>, IConsumer<SinkProgress>
{
    public Task Consume(ConsumeContext<ApplierProgress> context)
    {
        board.Take(context.Message);
        return Task.CompletedTask;
    }

    public Task Consume(ConsumeContext<SinkProgress> context)
    {
        board.Take(context.Message);
        return Task.CompletedTask;
    }
}
