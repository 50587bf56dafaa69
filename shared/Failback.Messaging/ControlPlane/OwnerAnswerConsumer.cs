using Failback.Contracts.Control;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Failback.Messaging.ControlPlane;

/// <summary>Passes published questions to the handler of this process's groups; sends no answer when it owns none of them.</summary>
internal sealed class OwnerAnswerConsumer<TQuestion, TAnswer, THandler>(
    THandler handler, ServiceIdentity identity, ILogger<OwnerAnswerConsumer<TQuestion, TAnswer, THandler>> log) : IConsumer<TQuestion>
    where TQuestion : class, IOwnerQuestion
    where TAnswer : class
    where THandler : class, IOwnerAnswer<TQuestion, TAnswer>
{
    public async Task Consume(ConsumeContext<TQuestion> context)
    {
        TAnswer? answer;
        try
        {
            Guid id = context.CorrelationId ?? context.RequestId ?? Guid.Empty;
            answer = await handler.AnswerAsync(id, context.Message, context.CancellationToken);
        }
        catch (Exception e) when (!context.CancellationToken.IsCancellationRequested)
        {
            ControlPlaneLog.AnswerFailed(log, e, typeof(TQuestion).Name);
            await context.RespondAsync(identity.Failed(e));
            return;
        }

        if (answer is not null) await context.RespondAsync(answer);
    }
}
