using MassTransit;
using Microsoft.Extensions.Logging;

namespace Failback.Messaging.ControlPlane;

/// <summary>
/// Passes questions from the bus to their handler. A failure is answered too, as <c>QuestionFailed</c>, so that the asker
/// does not wait in vain.
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
