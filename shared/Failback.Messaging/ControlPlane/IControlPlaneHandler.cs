namespace Failback.Messaging.ControlPlane;

/// <summary>
/// Handles a published message. Every process that registers it receives each message published while it is connected.
/// </summary>
/// <typeparam name="TMessage">Type of the message.</typeparam>
public interface IControlPlaneHandler<in TMessage>
    where TMessage : class
{
    /// <summary>Handles one message; messages come one after the other.</summary>
    Task HandleAsync(TMessage message, CancellationToken cancellationToken);
}
