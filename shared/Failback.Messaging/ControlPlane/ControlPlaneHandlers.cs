using Failback.Contracts.Control;
using MassTransit;

namespace Failback.Messaging.ControlPlane;

/// <summary>
/// Registers the messages and questions that a process takes from the control plane. Handlers are resolved from its services by
/// their own type.
/// </summary>
public sealed class ControlPlaneHandlers
{
    private const int AnswersAtATime = 4;

    private readonly IBusRegistrationConfigurator _bus;

    internal ControlPlaneHandlers(IBusRegistrationConfigurator bus) => _bus = bus;

    /// <summary>Consumers on the temporary queue for published messages.</summary>
    internal List<Type> Handlers { get; } = [];

    /// <summary>Consumers on the temporary queue for published questions.</summary>
    internal List<Type> OwnerAnswers { get; } = [];

    /// <summary>
    /// Registers a handler for every message of a type that is published while this process is connected, one after the other.
    /// </summary>
    public ControlPlaneHandlers AddHandler<TMessage, THandler>()
        where TMessage : class
        where THandler : class, IControlPlaneHandler<TMessage>
    {
        _bus.AddConsumer<HandlerConsumer<TMessage, THandler>>().ExcludeFromConfigureEndpoints();
        Handlers.Add(typeof(HandlerConsumer<TMessage, THandler>));
        return this;
    }

    /// <summary>
    /// Registers an answer to questions that any applier of a dialect can answer, see <see cref="AppliersClient"/>; all replicas
    /// share the queue.
    /// </summary>
    public ControlPlaneHandlers AddAnswer<TQuestion, TAnswer, THandler>(string dialect)
        where TQuestion : class
        where TAnswer : class
        where THandler : class, IAnswer<TQuestion, TAnswer> =>
        AddAnswerAt<TQuestion, TAnswer, THandler>(ControlPlaneQueues.Questions<TQuestion>(dialect));

    /// <summary>Registers an answer to questions to control.</summary>
    public ControlPlaneHandlers AddControlAnswer<TQuestion, TAnswer, THandler>()
        where TQuestion : class
        where TAnswer : class
        where THandler : class, IAnswer<TQuestion, TAnswer> =>
        AddAnswerAt<TQuestion, TAnswer, THandler>(ControlPlaneQueues.Control);

    /// <summary>Registers an answer to questions to the owner of a group; this process answers for the groups that it owns.</summary>
    public ControlPlaneHandlers AddOwnerAnswer<TQuestion, TAnswer, THandler>()
        where TQuestion : class, IOwnerQuestion
        where TAnswer : class
        where THandler : class, IOwnerAnswer<TQuestion, TAnswer>
    {
        _bus.AddConsumer<OwnerAnswerConsumer<TQuestion, TAnswer, THandler>>().ExcludeFromConfigureEndpoints();
        OwnerAnswers.Add(typeof(OwnerAnswerConsumer<TQuestion, TAnswer, THandler>));
        return this;
    }

    private ControlPlaneHandlers AddAnswerAt<TQuestion, TAnswer, THandler>(string queue)
        where TQuestion : class
        where TAnswer : class
        where THandler : class, IAnswer<TQuestion, TAnswer>
    {
        _bus.AddConsumer<AnswerConsumer<TQuestion, TAnswer, THandler>>().Endpoint(endpoint =>
        {
            endpoint.Name = queue;
            // Questions are sent to the queue's own exchange and never published, so no binding to the message type is needed.
            endpoint.ConfigureConsumeTopology = false;
            endpoint.ConcurrentMessageLimit = AnswersAtATime;
        });
        return this;
    }
}
