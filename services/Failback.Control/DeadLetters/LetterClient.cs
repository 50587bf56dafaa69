using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Failbacks;
using Failback.Messaging.ControlPlane;
using MassTransit;
using Microsoft.Extensions.Options;

namespace Failback.Control.DeadLetters;

/// <summary>Asks the appliers of a failback's dialect about its letters: they are kept in the target, and control speaks no SQL.</summary>
internal sealed class LetterClient(IBusControl bus, LetterSource source, IOptions<ControlOptions> options)
{
    /// <summary>Letters after an id, by id.</summary>
    /// <exception cref="ApiException">Nobody answered (503), or the target does not (502).</exception>
    public async Task<IReadOnlyList<DeadLetter>> FindAsync(
        FailbackRecord failback, DeadLetterFilter filter, long after, int limit, bool withRows, CancellationToken cancellationToken)
    {
        FoundDeadLetters answer = await AskAsync<FindDeadLetters, FoundDeadLetters>(failback, new FindDeadLetters(BoxOf(failback), filter, after, limit, withRows), cancellationToken);
        return answer.Error is null ? answer.Letters : throw TargetFailed(answer.Error);
    }

    /// <summary>One letter with what the target has now; null: there is none.</summary>
    /// <exception cref="ApiException">Nobody answered (503), or the target does not (502).</exception>
    public async Task<DeadLetter?> ShowAsync(FailbackRecord failback, long id, CancellationToken cancellationToken)
    {
        ShownDeadLetter answer = await AskAsync<ShowDeadLetter, ShownDeadLetter>(failback, new ShowDeadLetter(BoxOf(failback), id, failback.Tables), cancellationToken);
        return answer.Error is null ? answer.Letter : throw TargetFailed(answer.Error);
    }

    /// <summary>Settles letters; those that are settled already are answered as refused.</summary>
    /// <exception cref="ApiException">Nobody answered (503), or the target does not (502).</exception>
    public async Task<SettledDeadLetters> SettleAsync(
        FailbackRecord failback, IReadOnlyList<long> ids, LetterOrder order, CancellationToken cancellationToken)
    {
        IReadOnlyList<SourceImage> images = order.Action == LetterAction.Reread ? await source.ReadAsync(failback, this, ids, cancellationToken) : [];
        var request = new SettleDeadLetters(BoxOf(failback), ids, order.Action, order.Reason) { By = order.By, Images = images };
        SettledDeadLetters answer = await AskAsync<SettleDeadLetters, SettledDeadLetters>(failback, request, cancellationToken);
        return answer.Error is null ? answer : throw TargetFailed(answer.Error);
    }

    private async Task<TAnswer> AskAsync<TQuestion, TAnswer>(FailbackRecord failback, TQuestion question, CancellationToken cancellationToken)
        where TQuestion : class
        where TAnswer : class
    {
        if (bus.CheckHealth().Status != BusHealthStatus.Healthy) throw ControlPlane.Broker.Unavailable();
        TimeSpan patience = options.Value.DescribeTimeout;
        IRequestClient<TQuestion> client = bus.CreateRequestClient<TQuestion>(ControlPlaneQueues.Address(ControlPlaneQueues.Letters(failback.Dialect)), patience);
        try
        {
            return (await client.GetResponse<TAnswer>(question, cancellationToken)).Message;
        }
        catch (RequestTimeoutException)
        {
            throw new ApiException(
                503, "no_applier", $"no {failback.Dialect} applier answered within {patience.TotalSeconds:0.#} s", $"start the service applier-{failback.Dialect}, then repeat");
        }
    }

    private static LetterBox BoxOf(FailbackRecord failback) => new(failback.Name, failback.SealedTarget, failback.StagingSchema);

    private static ApiException TargetFailed(string error) => new(502, "letters_unavailable", error, "see that the target answers, then repeat");
}
