namespace Failback.Messaging.ControlPlane;

/// <summary>A service took a question and failed unexpectedly. The message says which and how, without secrets.</summary>
public sealed class QuestionFailedException : Exception
{
    /// <summary>Without more to tell.</summary>
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
