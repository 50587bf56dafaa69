namespace Failback.Messaging.ControlPlane;

/// <summary>Takes a published message; every process that registers it gets each one that is published while it is connected.</summary>
/// <typeparam name="TMessage">Type of the message.</typeparam>
public interface IControlPlaneHandler<in TMessage>
    where TMessage : class
{
    /// <summary>Takes one message; they come one after the other.</summary>
    Task HandleAsync(TMessage message, CancellationToken cancellationToken);
}
