using RabbitMQ.Client.Exceptions;

namespace Failback.Messaging.Broker;

/// <summary>Why the broker did not open a connection, in words for operators; contains no secret.</summary>
internal static class BrokerRefusal
{
    private const ushort AccessRefused = 403;
    private const ushort NotAllowed = 530;

    /// <summary>Returns the reason that an error of the client library stands for.</summary>
    public static string Of(Exception exception)
    {
        foreach (Exception cause in Causes(exception))
        {
            switch (cause)
            {
                case AuthenticationFailureException or PossibleAuthenticationFailureException:
                case OperationInterruptedException { ShutdownReason.ReplyCode: AccessRefused }:
                    return "the broker refuses the login: correct user and password in Failback__RabbitMq__Uri, or those in RabbitMQ";
                case OperationInterruptedException { ShutdownReason.ReplyCode: NotAllowed }:
                    return "the broker does not let the user into the virtual host: create it, or grant the user its permissions";
                default: break;
            }
        }

        return "the broker cannot be reached";
    }

    // Which layer finds the refusal depends on the moment: the client wraps it once, twice or not at all.
    private static IEnumerable<Exception> Causes(Exception exception) => exception switch
    {
        AggregateException several => [several, .. several.InnerExceptions.SelectMany(Causes)],
        { InnerException: { } inner } => [exception, .. Causes(inner)],
        _ => [exception],
    };
}
