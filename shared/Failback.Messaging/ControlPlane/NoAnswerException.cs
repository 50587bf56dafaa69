namespace Failback.Messaging.ControlPlane;

/// <summary>The broker took a question, and within the time allowed nothing answered. The message says what is silent.</summary>
public sealed class NoAnswerException : Exception
{
    /// <summary>Without more to tell.</summary>
    public NoAnswerException()
    {
    }

    /// <param name="message">What is silent, and for how long.</param>
    public NoAnswerException(string message)
        : base(message)
    {
    }

    /// <param name="message">What is silent, and for how long.</param>
    /// <param name="innerException">Cause.</param>
    public NoAnswerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
