namespace Failback.Messaging.ControlPlane;

/// <summary>
/// Answers a question that any replica of a service can answer. An exception is logged here and reaches the asker as its type.
/// </summary>
/// <typeparam name="TQuestion">Type of the question.</typeparam>
/// <typeparam name="TAnswer">Type of the answer.</typeparam>
public interface IAnswer<in TQuestion, TAnswer>
    where TQuestion : class
    where TAnswer : class
{
    /// <summary>The answer. The same question may come twice, see <see cref="Asking"/>.</summary>
    Task<TAnswer> AnswerAsync(TQuestion question, CancellationToken cancellationToken);
}
