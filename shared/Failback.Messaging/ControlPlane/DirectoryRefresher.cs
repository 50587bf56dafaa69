using Failback.Contracts.Control;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Failback.Messaging.ControlPlane;

/// <summary>
/// Asks control for everything: at start until answered, whenever the event queue was (re)connected, since events may have been missed
/// before, and every 30 s.
/// </summary>
internal sealed class DirectoryRefresher(
    FailbackDirectory directory, IBus bus, DirectoryWake wake, ServiceIdentity identity, TimeProvider time, ILogger<DirectoryRefresher> log)
    : BackgroundService
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        IRequestClient<GetFailbacks> client = bus.CreateRequestClient<GetFailbacks>(ControlPlaneQueues.Address(ControlPlaneQueues.Control), AnswerWithin);
        bool answered = false;
        bool told = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            string? failure = await AskAsync(client, stoppingToken);
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

    private async Task<string?> AskAsync(IRequestClient<GetFailbacks> client, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(AnswerWithin + AnswerWithin);
        try
        {
            Response<FailbackList> answer = await client.GetResponse<FailbackList>(new GetFailbacks(identity.Name), deadline.Token);
            directory.Apply(answer.Message);
            return null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Broker away, control away, control at fault: the same for us, we go on with what we know and ask again.
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
