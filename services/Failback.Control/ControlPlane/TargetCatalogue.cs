using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Failbacks;
using Failback.Messaging.ControlPlane;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Failback.Control.ControlPlane;

/// <summary>Asks the appliers of a dialect for the tables of a target; control itself speaks no SQL.</summary>
internal sealed class TargetCatalogue(IBusControl bus, IOptions<ControlOptions> options)
{
    /// <exception cref="ApiException">Nobody answered (503), or the target could not be described (422).</exception>
    public async Task<IReadOnlyList<TargetTableSummary>> DescribeAsync(FailbackRecord failback, CancellationToken cancellationToken)
    {
        if (bus.CheckHealth().Status != BusHealthStatus.Healthy) throw Broker.Unavailable();
        IRequestClient<DescribeTarget> client = bus.CreateRequestClient<DescribeTarget>(
            ControlPlaneQueues.Address(ControlPlaneQueues.Describe(failback.Dialect)), options.Value.DescribeTimeout);
        TargetDescription answer;
        try
        {
            var question = new DescribeTarget(failback.Dialect, failback.SealedTarget, failback.StagingSchema);
            answer = (await client.GetResponse<TargetDescription>(question, cancellationToken)).Message;
        }
        catch (RequestTimeoutException)
        {
            throw new ApiException(
                503,
                "no_applier",
                $"no {failback.Dialect} applier answered within {options.Value.DescribeTimeout.TotalSeconds:0.#} s",
                $"start the service applier-{failback.Dialect} with the same broker (Failback__RabbitMq__Uri) and secrets key, then repeat start");
        }

        return answer.Error is null
            ? answer.Tables
            : throw new ApiException(422, "target_unavailable", answer.Error, "correct the target's URL or the database it names, then repeat start");
    }
}
