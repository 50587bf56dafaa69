using MassTransit;

namespace Failback.Messaging.ControlPlane;

/// <summary>Passes messages from the bus to a handler.</summary>
internal sealed class HandlerConsumer<TMessage, THandler>(THandler handler) : IConsumer<TMessage>
    where TMessage : class
    where THandler : class, IControlPlaneHandler<TMessage>
{
    public Task Consume(ConsumeContext<TMessage> context) => handler.HandleAsync(context.Message, context.CancellationToken);
}
