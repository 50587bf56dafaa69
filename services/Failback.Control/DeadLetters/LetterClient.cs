using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Fleet;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Messaging.Broker;
using Failback.Messaging.ControlPlane;
using Microsoft.Extensions.Options;

namespace Failback.Control.DeadLetters;

/// <summary>Asks the appliers of a failback's dialect about its letters: they are kept in the target, and control speaks no SQL.</summary>
internal sealed class LetterClient(AppliersClient appliers, LetterSource source, IOptions<ControlOptions> options)
{
    /// <summary>Letters after an id, by id.</summary>
    /// <exception cref="ApiException">No applier answered (503), or the target does not (502).</exception>
    public async Task<IReadOnlyList<DeadLetter>> FindAsync(
        FailbackRecord failback, DeadLetterFilter filter, long after, int limit, bool withRows, CancellationToken cancellationToken)
    {
        var question = new FindDeadLetters(BoxOf(failback), filter, after, limit, withRows);
        FoundDeadLetters answer = await AskAsync<FindDeadLetters, FoundDeadLetters>(
            failback, question, Asking.UntilAnswered, cancellationToken);
        return answer.Error is null ? answer.Letters : throw TargetFailed(answer.Error);
    }

    /// <summary>One letter with what the target has now; null: there is none.</summary>
    /// <exception cref="ApiException">No applier answered (503), or the target does not (502).</exception>
    public async Task<DeadLetter?> ShowAsync(FailbackRecord failback, long id, CancellationToken cancellationToken)
    {
        var question = new ShowDeadLetter(BoxOf(failback), id, failback.Tables);
        ShownDeadLetter answer = await AskAsync<ShowDeadLetter, ShownDeadLetter>(
            failback, question, Asking.UntilAnswered, cancellationToken);
        return answer.Error is null ? answer.Letter : throw TargetFailed(answer.Error);
    }

    /// <summary>Settles letters; those that are settled already are answered as refused.</summary>
    /// <exception cref="ApiException">No applier answered (503), or the target does not (502).</exception>
    public async Task<SettledDeadLetters> SettleAsync(
        FailbackRecord failback, IReadOnlyList<long> ids, LetterOrder order, CancellationToken cancellationToken)
    {
        IReadOnlyList<SourceImage> images = order.Action == LetterAction.Reread
            ? await source.ReadAsync(failback, this, ids, cancellationToken)
            : [];
        var request = new SettleDeadLetters(BoxOf(failback), ids, order.Action, order.Reason) { By = order.By, Images = images };
        SettledDeadLetters answer = await AskAsync<SettleDeadLetters, SettledDeadLetters>(
            failback, request, Asking.Once, cancellationToken);
        return answer.Error is null ? answer : throw TargetFailed(answer.Error);
    }

    private async Task<TAnswer> AskAsync<TQuestion, TAnswer>(
        FailbackRecord failback, TQuestion question, Asking asking, CancellationToken cancellationToken)
        where TQuestion : class
        where TAnswer : class
    {
        try
        {
            return await appliers.AskAsync<TQuestion, TAnswer>(
                failback.Dialect, question, asking, options.Value.DescribeTimeout, cancellationToken);
        }
        catch (BrokerUnavailableException)
        {
            throw TableQueues.Unavailable();
        }
        catch (NoAnswerException e)
        {
            throw new ApiException(503, "no_applier", e.Message, $"start the service applier-{failback.Dialect}, then repeat");
        }
        catch (QuestionFailedException e)
        {
            throw TargetFailed(e.Message);
        }
    }

    private static StagingPlace BoxOf(FailbackRecord failback) => new(failback.Name, failback.SealedTarget, failback.StagingSchema);

    private static ApiException TargetFailed(string error) =>
        new(502, "letters_unavailable", error, "see that the target answers, then repeat");
}
