using Failback.Contracts.Control;
using Failback.Messaging.Broker;

namespace Failback.Messaging.ControlPlane;

/// <summary>
/// The only way to ask appliers. A question goes either to any replica of a dialect, which reads the target, or to the replica that
/// owns a group, which answers between two of its transactions.
/// </summary>
public sealed class AppliersClient(ControlPlaneClient client)
{
    /// <summary>Asks any replica of a dialect.</summary>
    /// <param name="dialect"><c>postgres</c>, <c>mysql</c> or <c>oracle</c>.</param>
    /// <param name="question">The question.</param>
    /// <param name="asking">Whether the question is repeated until an answer arrives.</param>
    /// <param name="within">Longest wait for an answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BrokerUnavailableException">The broker does not answer.</exception>
    /// <exception cref="NoAnswerException">No applier answered.</exception>
    /// <exception cref="QuestionFailedException">An applier failed unexpectedly.</exception>
    public Task<TAnswer> AskAsync<TQuestion, TAnswer>(
        string dialect, TQuestion question, Asking asking, TimeSpan within, CancellationToken cancellationToken)
        where TQuestion : class
        where TAnswer : class =>
        client.AskAsync<TQuestion, TAnswer>(
            ControlPlaneQueues.Questions<TQuestion>(dialect), question, asking, within, $"no {dialect} applier answered",
            cancellationToken);

    /// <summary>
    /// Asks the owner of a group. The question is repeated, so that the next owner answers when one dies or hands the group over.
    /// The work may then be done twice, but one answer is returned.
    /// </summary>
    /// <param name="question">The question, with the group.</param>
    /// <param name="owner">Replica that last reported the group, named in the message when no answer comes; null: not known.</param>
    /// <param name="within">Longest wait for an answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BrokerUnavailableException">The broker does not answer.</exception>
    /// <exception cref="NoAnswerException">No owner answered; the message names <paramref name="owner"/>.</exception>
    /// <exception cref="QuestionFailedException">The owner failed unexpectedly.</exception>
    public Task<TAnswer> AskOwnerAsync<TQuestion, TAnswer>(
        TQuestion question, string? owner, TimeSpan within, CancellationToken cancellationToken)
        where TQuestion : class, IOwnerQuestion
        where TAnswer : class
    {
        ArgumentNullException.ThrowIfNull(question);
        string group = question.Group.Table is { } table
            ? $"{table} of failback {question.Group.Failback}"
            : $"failback {question.Group.Failback}";
        string silence = owner is null
            ? $"no owner of {group} answered"
            : $"{owner}, the last known owner of {group}, did not answer, nor did another";
        return client.AskAllAsync<TQuestion, TAnswer>(question, Asking.UntilAnswered, within, silence, cancellationToken);
    }
}
