using MassTransit;
using Microsoft.Extensions.Logging;

namespace Failback.Messaging.ControlPlane;

/// <summary>
/// Hands questions of the bus to what answers them; a failure is an answer too, so that the asker need not wait for nothing.
/// </summary>
internal sealed class AnswerConsumer<TQuestion, TAnswer, THandler>(
    THandler handler, ServiceIdentity identity, ILogger<AnswerConsumer<TQuestion, TAnswer, THandler>> log) : IConsumer<TQuestion>
    where TQuestion : class
    where TAnswer : class
    where THandler : class, IAnswer<TQuestion, TAnswer>
{
    public async Task Consume(ConsumeContext<TQuestion> context)
    {
        TAnswer answer;
        try
        {
            answer = await handler.AnswerAsync(context.Message, context.CancellationToken);
        }
        catch (Exception e) when (!context.CancellationToken.IsCancellationRequested)
        {
            ControlPlaneLog.AnswerFailed(log, e, typeof(TQuestion).Name);
            await context.RespondAsync(identity.Failed(e));
            return;
        }

        await context.RespondAsync(answer);
    }
}
