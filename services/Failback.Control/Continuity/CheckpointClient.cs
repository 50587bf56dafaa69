using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Fleet;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Messaging.Broker;
using Failback.Messaging.ControlPlane;
using Microsoft.Extensions.Options;

namespace Failback.Control.Continuity;

/// <summary>Asks the appliers of a failback's dialect where its checkpoints are, and has them set.</summary>
internal sealed class CheckpointClient(AppliersClient appliers, IOptions<ControlOptions> options)
{
    /// <summary>Returns the checkpoints of all tables of the failback, also of some that it has no longer.</summary>
    /// <exception cref="ApiException">No applier answered (503), or the target does not (422).</exception>
    public Task<IReadOnlyList<TableWitness>> ReadAsync(FailbackRecord failback, CancellationToken cancellationToken) =>
        AskAsync(failback, new ReadCheckpoints(PlaceOf(failback)), Asking.UntilAnswered, cancellationToken);

    /// <summary>Sets the checkpoints and returns them.</summary>
    /// <exception cref="ApiException">No applier answered (503), or the target refused (422).</exception>
    public Task<IReadOnlyList<TableWitness>> RewindAsync(
        FailbackRecord failback, RewindCheckpoints order, CancellationToken cancellationToken) =>
        AskAsync(failback, order, Asking.Once, cancellationToken);

    /// <summary>Has a replica see to it that former owners of the failback's tables commit nothing more.</summary>
    /// <exception cref="ApiException">No applier answered (503), or the target does not (422).</exception>
    public Task FenceAsync(FailbackRecord failback, CancellationToken cancellationToken) => AskAsync(
        failback, new FenceOwners(PlaceOf(failback), [.. failback.Tables.Select(table => table.Target)], failback.StateRevision),
        Asking.Once, cancellationToken);

    public static StagingPlace PlaceOf(FailbackRecord failback) => new(failback.Name, failback.SealedTarget, failback.StagingSchema);

    private async Task<IReadOnlyList<TableWitness>> AskAsync<TQuestion>(
        FailbackRecord failback, TQuestion question, Asking asking, CancellationToken cancellationToken)
        where TQuestion : class
    {
        try
        {
            FoundCheckpoints found = await appliers.AskAsync<TQuestion, FoundCheckpoints>(
                failback.Dialect, question, asking, options.Value.DescribeTimeout, cancellationToken);
            return found.Error is null ? found.Tables : throw Failed(found.Error);
        }
        catch (BrokerUnavailableException)
        {
            throw TableQueues.Unavailable();
        }
        catch (NoAnswerException e)
        {
            throw new ApiException(503, "no_applier", e.Message, $"start the service applier-{failback.Dialect}, then repeat the call");
        }
        catch (QuestionFailedException e)
        {
            throw Failed(e.Message);
        }
    }

    private static ApiException Failed(string error) =>
        new(422, "target_unavailable", error, "see that the target answers, then repeat the call");
}
