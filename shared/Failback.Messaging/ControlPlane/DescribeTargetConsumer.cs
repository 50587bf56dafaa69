using Failback.Contracts.Control;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Failback.Messaging.ControlPlane;

/// <summary>The applier's way of listing a target's tables.</summary>
internal sealed record TargetDescriber(Func<DescribeTarget, CancellationToken, Task<TargetDescription>> DescribeAsync);

/// <summary>Answers <see cref="DescribeTarget"/>, with an error text rather than with silence.</summary>
internal sealed class DescribeTargetConsumer(TargetDescriber describer, ILogger<DescribeTargetConsumer> log) : IConsumer<DescribeTarget>
{
    public async Task Consume(ConsumeContext<DescribeTarget> context)
    {
        TargetDescription answer;
        try
        {
            answer = await describer.DescribeAsync(context.Message, context.CancellationToken);
        }
        catch (Exception e) when (!context.CancellationToken.IsCancellationRequested)
        {
            ControlPlaneLog.DescribeFailed(log, e);
            answer = new TargetDescription([], $"the applier failed with {e.GetType().Name}, its log has the details");
        }

        await context.RespondAsync(answer);
    }
}
