using Failback.Contracts.Control;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Failback.Messaging.ControlPlane;

/// <summary>The applier's way of answering questions about letters.</summary>
internal sealed record LetterAnswers(
    Func<FindDeadLetters, CancellationToken, Task<FoundDeadLetters>> FindAsync,
    Func<ShowDeadLetter, CancellationToken, Task<ShownDeadLetter>> ShowAsync,
    Func<SettleDeadLetters, CancellationToken, Task<SettledDeadLetters>> SettleAsync);

/// <summary>Answers <see cref="FindDeadLetters"/>, <see cref="ShowDeadLetter"/> and <see cref="SettleDeadLetters"/>, with an error text rather than with silence.</summary>
internal sealed class LetterDeskConsumer(LetterAnswers desk, ILogger<LetterDeskConsumer> log) : IConsumer<FindDeadLetters>, IConsumer<ShowDeadLetter>, IConsumer<SettleDeadLetters>
{
    public async Task Consume(ConsumeContext<FindDeadLetters> context) => await context.RespondAsync(await AnswerAsync(
        context, () => desk.FindAsync(context.Message, context.CancellationToken), error => new FoundDeadLetters([], error)));

    public async Task Consume(ConsumeContext<ShowDeadLetter> context) => await context.RespondAsync(await AnswerAsync(
        context, () => desk.ShowAsync(context.Message, context.CancellationToken), error => new ShownDeadLetter(null, error)));

    public async Task Consume(ConsumeContext<SettleDeadLetters> context) => await context.RespondAsync(await AnswerAsync(
        context, () => desk.SettleAsync(context.Message, context.CancellationToken), error => new SettledDeadLetters([], new Dictionary<long, string>(), error)));

    private async Task<T> AnswerAsync<T>(ConsumeContext context, Func<Task<T>> answer, Func<string, T> refuse)
    {
        try
        {
            return await answer();
        }
        catch (Exception e) when (!context.CancellationToken.IsCancellationRequested)
        {
            ControlPlaneLog.LettersFailed(log, e);
            return refuse($"the applier failed with {e.GetType().Name}, its log has the details");
        }
    }
}
