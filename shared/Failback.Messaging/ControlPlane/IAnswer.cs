namespace Failback.Messaging.ControlPlane;

/// <summary>
/// Answers a question that any replica of a service can answer. An exception is logged here; the asker receives its type only.
/// </summary>
/// <typeparam name="TQuestion">Type of the question.</typeparam>
/// <typeparam name="TAnswer">Type of the answer.</typeparam>
public interface IAnswer<in TQuestion, TAnswer>
    where TQuestion : class
    where TAnswer : class
{
    /// <summary>Returns the answer. The same question may come twice, see <see cref="Asking"/>.</summary>
    Task<TAnswer> AnswerAsync(TQuestion question, CancellationToken cancellationToken);
}
