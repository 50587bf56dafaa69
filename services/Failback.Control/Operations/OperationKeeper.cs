using System.Data.Common;
using System.Globalization;
using Failback.Contracts.Api;
using Failback.Control.Journal;
using Failback.Control.Settings;
using Failback.Control.Steps;
using Failback.Control.Storage;

namespace Failback.Control.Operations;

/// <summary>
/// Every second: passes on cancellations that another control was asked for; where this control leads, ends operations whose process has
/// died, except those of runs, with which <see cref="StepKeeper"/> goes on, and forgets old ones.
/// </summary>
internal sealed class OperationKeeper(
    OperationStore store, OperationRunner runner, StepStore steps, EventStore events, ControlDatabase database, Leadership leadership,
        TimeProvider time, ILogger<OperationKeeper> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await runner.DrainAsync().WaitAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (DbException e)
            {
                ControlLog.StateNotRead(log, e.GetType().Name);
            }
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (Operation operation in store.Running())
        {
            if (operation.CancelRequested) runner.Interrupt(operation.Id);
            if (leadership.Leads && !runner.Running.Contains(operation.Id)) await EndIfOrphanedAsync(operation, cancellationToken);
        }

        if (!leadership.Leads) return;
        string old = Guid.CreateVersion7(time.GetUtcNow() - KeptFor).ToString("N", CultureInfo.InvariantCulture);
        store.Prune(old);
        steps.Prune(old);
    }

    private async Task EndIfOrphanedAsync(Operation operation, CancellationToken cancellationToken)
    {
        if (!await database.Locks.HoldAsync(OperationRunner.Lock(operation.Id), cancellationToken)) return;
        try
        {
            // It may have ended in good order between the list and the lock.
            if (store.Find(operation.Id) is not { State: OperationState.Running } orphan || runner.Running.Contains(operation.Id)) return;
            if (steps.Open(orphan.Failback).Any(run => run.Operation == orphan.Id)) return;
            DateTimeOffset now = time.GetUtcNow();
            Operation ended = orphan with
            {
                State = OperationState.Failed,
                Problem = OperationProblem.Interrupted,
                UpdatedAt = now,
                FinishedAt = now
            };
            store.Save(ended);
            events.Append(ended.Failback, [ended.ToEvent(now)]);
        }
        finally
        {
            database.Locks.Release(OperationRunner.Lock(operation.Id));
        }
    }
}
