using System.Data.Common;
using Failback.Control.Settings;
using Failback.Control.Storage;

namespace Failback.Control.Progress;

/// <summary>
/// Brings stored progress back at start and stores what came in every five seconds and at the end, where this control leads.
/// </summary>
internal sealed class ProgressSaver(
    ProgressBoard board, ProgressStore store, Leadership leadership, TimeProvider time, ILogger<ProgressSaver> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        board.Restore(store.Load());
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        Save();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) Save();
    }

    private void Save()
    {
        // Every control hears every report. What a follower has not stored it stores once it leads.
        if (!leadership.Leads) return;
        try
        {
            store.Save(board.TakeUnsaved());
        }
        catch (DbException e)
        {
            // Reports repeat every second; the next round writes newer ones.
            ControlLog.ProgressNotSaved(log, e);
        }
    }
}
