using RabbitMQ.Client.Exceptions;

namespace Failback.Messaging.Broker;

/// <summary>
/// The broker cannot be reached, closed a connection or did not execute a command. The one failure of the broker that leaves this
/// project; messages contain no secret.
/// </summary>
public sealed class BrokerUnavailableException : Exception
{
    /// <summary>A broker that does not answer.</summary>
    public BrokerUnavailableException()
        : this("the broker does not answer")
    {
    }

    /// <param name="message">What failed.</param>
    public BrokerUnavailableException(string message)
        : base(message)
    {
    }

    /// <param name="message">What failed.</param>
    /// <param name="innerException">The client's own error.</param>
    public BrokerUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Returns true for the errors by which the client library reports an unavailable broker.</summary>
    internal static bool Covers(Exception exception) =>
        exception is RabbitMQClientException or TimeoutException or IOException or System.Net.Sockets.SocketException;

    internal static BrokerUnavailableException Of(Exception exception) => new(exception.Message, exception);
}
