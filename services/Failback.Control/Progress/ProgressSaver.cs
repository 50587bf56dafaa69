using Failback.Control.Storage;
using Microsoft.Data.Sqlite;

namespace Failback.Control.Progress;

/// <summary>Brings stored progress back at start and stores what came in every five seconds and at the end.</summary>
internal sealed class ProgressSaver(ProgressBoard board, ProgressStore store, TimeProvider time, ILogger<ProgressSaver> log) : BackgroundService
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
        try
        {
            store.Save(board.TakeUnsaved());
        }
        catch (SqliteException e)
        {
            // Reports repeat every second; the next round writes newer ones.
            ControlLog.ProgressNotSaved(log, e);
        }
    }
}
