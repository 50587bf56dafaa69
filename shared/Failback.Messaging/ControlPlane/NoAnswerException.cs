namespace Failback.Messaging.ControlPlane;

/// <summary>The broker accepted a question, but no answer came within the time allowed. The message names the silent service.</summary>
public sealed class NoAnswerException : Exception
{
    /// <summary>Without a message.</summary>
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
