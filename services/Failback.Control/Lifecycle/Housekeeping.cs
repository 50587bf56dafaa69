using System.Data.Common;
using Failback.Contracts.Control;
using Failback.Control.Access;
using Failback.Control.Calls;
using Failback.Control.Fleet;
using Failback.Control.Journal;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Control.Storage;
using Failback.Hosting.Secrets;

namespace Failback.Control.Lifecycle;

/// <summary>
/// At start: says aloud what is wrong with token and secrets key, and tells every service what is defined (the process may have died
/// between storing a change and telling). Then, every ten seconds, sees to it that every deletion has a run, and forgets the answers of old
/// calls and, every five minutes, all but the last events of each failback.
/// </summary>
internal sealed class Housekeeping(
    FailbackStore store,
    SecretBox box,
    Announcer announcer,
    Leadership leadership,
    DeleteCommand deletion,
    CallStore calls,
    EventStore events,
    AccessTokens tokens,
    SignedTokens signed,
    TimeProvider time,
    ILogger<Housekeeping> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PruneEventsEvery = TimeSpan.FromMinutes(5);

    private long _eventsPrunedAt;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (!tokens.Any && !signed.Any) ControlLog.NoToken(log);
        foreach (FailbackRecord failback in store.All().Failbacks)
        {
            try
            {
                failback.Definition.Open(box);
            }
            catch (SecretBoxException e)
            {
                ControlLog.SecretsNotOpened(log, failback.Name, e.Message);
            }
        }

        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        foreach (FailbackRecord failback in store.All().Failbacks) await announcer.TellAsync(failback, stoppingToken);
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (leadership.Leads) await CleanAsync(stoppingToken);
        }
    }

    private async Task CleanAsync(CancellationToken stoppingToken)
    {
        try
        {
            IReadOnlyList<FailbackRecord> failbacks = store.All().Failbacks;
            foreach (FailbackRecord failback in failbacks.Where(failback => failback.State == RunState.Deleted))
                await deletion.ResumeAsync(failback.Name, stoppingToken);
            calls.Prune(time.GetUtcNow() - RepeatableCalls.KeptFor);
            if (time.GetElapsedTime(_eventsPrunedAt) < PruneEventsEvery) return;
            _eventsPrunedAt = time.GetTimestamp();
            foreach (FailbackRecord failback in failbacks) events.Prune(failback.Name);
        }
        catch (DbException e)
        {
            ControlLog.StateNotRead(log, e.GetType().Name);
        }
    }
}
