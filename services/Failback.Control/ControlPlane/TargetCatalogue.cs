using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Definitions;
using Failback.Control.Failbacks;
using Failback.Messaging.ControlPlane;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Failback.Control.ControlPlane;

/// <summary>Asks the appliers of a dialect for the tables of a target; control itself speaks no SQL.</summary>
internal sealed class TargetCatalogue(IBusControl bus, IOptions<ControlOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Connecting = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(2);

    /// <exception cref="ApiException">Nobody answered (503), or the target could not be described (422).</exception>
    public async Task<IReadOnlyList<TargetTableSummary>> DescribeAsync(FailbackRecord failback, CancellationToken cancellationToken) =>
        (await InspectAsync(failback, null, cancellationToken)).Tables;

    /// <summary>The same, with what is found in some tables.</summary>
    /// <exception cref="ApiException">Nobody answered (503), or the target could not be described (422).</exception>
    public async Task<TargetDescription> InspectAsync(FailbackRecord failback, IReadOnlyList<string>? tables, CancellationToken cancellationToken)
    {
        await WaitForBusAsync(cancellationToken);
        var question = new DescribeTarget(failback.Dialect, failback.SealedTarget, failback.StagingSchema) { Inspect = tables, Failback = failback.Name, ExtrasColumn = UnknownColumnChoice.Column(failback.Definition.Shown.OnUnknownColumn) };
        TargetDescription answer = await AskAsync(question, cancellationToken) ?? throw new ApiException(
            503,
            "no_applier",
            $"no {failback.Dialect} applier answered within {options.Value.DescribeTimeout.TotalSeconds:0.#} s",
            $"start the service applier-{failback.Dialect} with the same broker (Failback__RabbitMq__Uri) and secrets key, then repeat start");
        return answer.Error is null
            ? answer
            : throw new ApiException(422, "target_unavailable", answer.Error, "correct the target's URL or the database it names, then repeat start");
    }

    // Asked again every two seconds without giving up the earlier questions: an applier that is just starting has missed those.
    private async Task<TargetDescription?> AskAsync(DescribeTarget question, CancellationToken cancellationToken)
    {
        IRequestClient<DescribeTarget> client = bus.CreateRequestClient<DescribeTarget>(
            ControlPlaneQueues.Address(ControlPlaneQueues.Describe(question.Dialect)), options.Value.DescribeTimeout);
        using var rest = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        rest.CancelAfter(options.Value.DescribeTimeout);
        var asked = new List<Task<Response<TargetDescription>>>();
        try
        {
            while (!rest.IsCancellationRequested)
            {
                asked.Add(client.GetResponse<TargetDescription>(question, rest.Token));
                Task pause = Task.Delay(Between, time, rest.Token);
                await Task.WhenAny([pause, .. asked.Where(request => !request.IsFaulted && !request.IsCanceled)]);
                if (asked.Find(request => request.IsCompletedSuccessfully) is { } answered) return (await answered).Message;
            }

            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
        finally
        {
            await rest.CancelAsync();
        }
    }

    private async Task WaitForBusAsync(CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        while (bus.CheckHealth().Status != BusHealthStatus.Healthy)
        {
            if (time.GetElapsedTime(start) > Connecting) throw Broker.Unavailable();
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        }
    }
}
