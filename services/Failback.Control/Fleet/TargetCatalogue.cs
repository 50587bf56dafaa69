using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Definitions;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Messaging.Broker;
using Failback.Messaging.ControlPlane;
using Microsoft.Extensions.Options;

namespace Failback.Control.Fleet;

/// <summary>Asks the appliers of a dialect for the tables of a target; control itself speaks no SQL.</summary>
internal sealed class TargetCatalogue(AppliersClient appliers, IOptions<ControlOptions> options)
{
    /// <exception cref="ApiException">No applier answered (503), or the target could not be described (422).</exception>
    public async Task<IReadOnlyList<TargetTableSummary>> DescribeAsync(FailbackRecord failback, CancellationToken cancellationToken) =>
        (await InspectAsync(failback, null, [], cancellationToken)).Tables;

    /// <summary>Describes the target together with findings about some tables.</summary>
    /// <param name="failback">Failback whose target it is.</param>
    /// <param name="tables">Tables to look into; null: none.</param>
    /// <param name="sources">Tables of the source whose counterparts come with the statements that mend them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApiException">No applier answered (503), or the target could not be described (422).</exception>
    public async Task<TargetDescription> InspectAsync(
        FailbackRecord failback, IReadOnlyList<string>? tables, IReadOnlyList<SourceShape> sources, CancellationToken cancellationToken)
    {
        var question = new DescribeTarget(failback.Dialect, failback.SealedTarget, failback.StagingSchema)
        {
            Inspect = tables,
            Sources = sources,
            Failback = failback.Name,
            Mode = failback.Definition.Shown.Mode,
            Triggers = failback.Definition.Shown.Triggers,
            ExtrasColumn = UnknownColumnChoice.Column(failback.Definition.Shown.OnUnknownColumn),
        };
        TargetDescription answer = await AskAsync(question, cancellationToken);
        return answer.Error is null ? answer : throw TargetFailed(answer.Error);
    }

    private async Task<TargetDescription> AskAsync(DescribeTarget question, CancellationToken cancellationToken)
    {
        try
        {
            return await appliers.AskAsync<DescribeTarget, TargetDescription>(
                question.Dialect, question, Asking.UntilAnswered, options.Value.DescribeTimeout, cancellationToken);
        }
        catch (BrokerUnavailableException)
        {
            throw TableQueues.Unavailable();
        }
        catch (NoAnswerException e)
        {
            throw new ApiException(
                503,
                "no_applier",
                e.Message,
                $"start the service applier-{question.Dialect} with the same broker (Failback__RabbitMq__Uri) and secrets key, "
                    + "then repeat start");
        }
        catch (QuestionFailedException e)
        {
            throw TargetFailed(e.Message);
        }
    }

    private static ApiException TargetFailed(string error) =>
        new(422, "target_unavailable", error, "correct the target's URL or the database it names, then repeat start");
}
