namespace Failback.Messaging.ControlPlane;

/// <summary>
/// A service received a question and failed unexpectedly. The message names the service and the kind of error, without secrets.
/// </summary>
public sealed class QuestionFailedException : Exception
{
    /// <summary>Without a message.</summary>
    public QuestionFailedException()
    {
    }

    /// <param name="message">Which service failed, and with what.</param>
    public QuestionFailedException(string message)
        : base(message)
    {
    }

    /// <param name="message">Which service failed, and with what.</param>
    /// <param name="innerException">Cause.</param>
    public QuestionFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
