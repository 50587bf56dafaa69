using RabbitMQ.Client.Exceptions;

namespace Failback.Messaging.Broker;

/// <summary>The broker cannot be reached, closed a connection, or does not do what it was told. Messages hold no secret.</summary>
public sealed class BrokerUnavailableException : Exception
{
    /// <summary>Without more to tell.</summary>
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

    /// <summary>Errors by which the client library says so.</summary>
    internal static bool Covers(Exception exception) =>
        exception is RabbitMQClientException or TimeoutException or IOException or System.Net.Sockets.SocketException;

    internal static BrokerUnavailableException Of(Exception exception) => new(exception.Message, exception);
}
