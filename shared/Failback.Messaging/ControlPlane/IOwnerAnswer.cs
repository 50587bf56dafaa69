using Failback.Contracts.Control;

namespace Failback.Messaging.ControlPlane;

/// <summary>Answers a question that reaches every applier and that only the owner of a group may answer.</summary>
/// <typeparam name="TQuestion">Type of the question.</typeparam>
/// <typeparam name="TAnswer">Type of the answer.</typeparam>
public interface IOwnerAnswer<in TQuestion, TAnswer>
    where TQuestion : class, IOwnerQuestion
    where TAnswer : class
{
    /// <summary>The answer; null: this process does not own the group, or not any more, and stays silent.</summary>
    /// <param name="id">The same for every repeat of one question.</param>
    /// <param name="question">The question.</param>
    /// <param name="cancellationToken">The process ends.</param>
    Task<TAnswer?> AnswerAsync(Guid id, TQuestion question, CancellationToken cancellationToken);
}
