using Failback.Contracts.Control;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Failback.Messaging.ControlPlane;

/// <summary>
/// Asks control for all failbacks: at start until it answers, after each (re)connect of the event queue, because events may have
/// been missed, and every 30 s.
/// </summary>
internal sealed class DirectoryRefresher(
    FailbackDirectory directory, IBus bus, DirectoryWake wake, ServiceIdentity identity, TimeProvider time, ILogger<DirectoryRefresher> log)
    : BackgroundService
{
    // A question sent while control is away is lost; at the start of the whole system it is therefore repeated soon.
    private static readonly TimeSpan FirstAnswerWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        IRequestClient<GetFailbacks> client = bus.CreateRequestClient<GetFailbacks>(
            ControlPlaneQueues.Address(ControlPlaneQueues.Control), AnswerWithin);
        bool answered = false;
        bool told = false;
        TimeSpan within = FirstAnswerWithin;
        while (!stoppingToken.IsCancellationRequested)
        {
            string? failure = await AskAsync(client, within, stoppingToken);
            within = failure is null || within * 2 > AnswerWithin ? AnswerWithin : within * 2;
            if (failure is null != answered || !told)
            {
                if (failure is null) ControlPlaneLog.ControlAnswered(log, directory.Current.Count);
                else ControlPlaneLog.ControlSilent(log, failure);
            }

            answered = failure is null;
            told = true;
            await WaitAsync(answered ? Again : Retry, stoppingToken);
        }
    }

    private async Task<string?> AskAsync(IRequestClient<GetFailbacks> client, TimeSpan within, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(within + AnswerWithin);
        try
        {
            Response<FailbackList, QuestionFailed> answer = await client.GetResponse<FailbackList, QuestionFailed>(
                new GetFailbacks(identity.Name), deadline.Token, RequestTimeout.After(ms: (int)within.TotalMilliseconds));
            if (!answer.Is(out Response<FailbackList>? list)) return nameof(QuestionFailed);
            directory.Apply(list.Message);
            return null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Broker away, control away or control at fault: the process continues with what it knows and asks again.
            return e.GetType().Name;
        }
    }

    private async Task WaitAsync(TimeSpan atMost, CancellationToken stoppingToken)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        Task woken = wake.WaitAsync(wait.Token);
        Task passed = Task.Delay(atMost, time, wait.Token);
        await Task.WhenAny(woken, passed);
        await wait.CancelAsync();
    }
}
