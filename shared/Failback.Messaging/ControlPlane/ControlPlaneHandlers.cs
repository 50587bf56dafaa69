using Failback.Contracts.Control;
using MassTransit;

namespace Failback.Messaging.ControlPlane;

/// <summary>What a process takes from the control plane. Handlers are resolved from its services by their own type.</summary>
public sealed class ControlPlaneHandlers
{
    private const int AnswersAtATime = 4;

    private readonly IBusRegistrationConfigurator _bus;

    internal ControlPlaneHandlers(IBusRegistrationConfigurator bus) => _bus = bus;

    /// <summary>Consumers on the temporary queue for published messages.</summary>
    internal List<Type> Handlers { get; } = [];

    /// <summary>Consumers on the temporary queue for published questions.</summary>
    internal List<Type> OwnerAnswers { get; } = [];

    /// <summary>Takes every message of a type that is published while this process is connected, one after the other.</summary>
    public ControlPlaneHandlers AddHandler<TMessage, THandler>()
        where TMessage : class
        where THandler : class, IControlPlaneHandler<TMessage>
    {
        _bus.AddConsumer<HandlerConsumer<TMessage, THandler>>().ExcludeFromConfigureEndpoints();
        Handlers.Add(typeof(HandlerConsumer<TMessage, THandler>));
        return this;
    }

    /// <summary>
    /// Answers questions to any applier of a dialect, see <see cref="AppliersClient"/>; all its replicas share the queue.
    /// </summary>
    public ControlPlaneHandlers AddAnswer<TQuestion, TAnswer, THandler>(string dialect)
        where TQuestion : class
        where TAnswer : class
        where THandler : class, IAnswer<TQuestion, TAnswer> =>
        AddAnswerAt<TQuestion, TAnswer, THandler>(ControlPlaneQueues.Questions<TQuestion>(dialect));

    /// <summary>Answers questions to control.</summary>
    public ControlPlaneHandlers AddControlAnswer<TQuestion, TAnswer, THandler>()
        where TQuestion : class
        where TAnswer : class
        where THandler : class, IAnswer<TQuestion, TAnswer> =>
        AddAnswerAt<TQuestion, TAnswer, THandler>(ControlPlaneQueues.Control);

    /// <summary>Answers questions to the owner of a group, where this process owns it.</summary>
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
            endpoint.ConfigureConsumeTopology = false;
            endpoint.ConcurrentMessageLimit = AnswersAtATime;
        });
        return this;
    }
}
