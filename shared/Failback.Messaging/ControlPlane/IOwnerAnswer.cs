using Failback.Contracts.Control;

namespace Failback.Messaging.ControlPlane;

/// <summary>Answers a question that reaches every applier and that only the owner of a group may answer.</summary>
/// <typeparam name="TQuestion">Type of the question.</typeparam>
/// <typeparam name="TAnswer">Type of the answer.</typeparam>
public interface IOwnerAnswer<in TQuestion, TAnswer>
    where TQuestion : class, IOwnerQuestion
    where TAnswer : class
{
    /// <summary>Returns the answer, or null when this process does not own the group (any more) and stays silent.</summary>
    /// <param name="id">Id of the question, the same for every repeat.</param>
    /// <param name="question">The question.</param>
    /// <param name="cancellationToken">The process ends.</param>
    Task<TAnswer?> AnswerAsync(Guid id, TQuestion question, CancellationToken cancellationToken);
}
