using System.Data.Common;
using Failback.Control.Settings;
using Failback.Control.Storage;

namespace Failback.Control.Continuity;

/// <summary>Stores the witnesses that came in, every second and at the end, where this control leads.</summary>
internal sealed class WitnessKeeper(WitnessBoard board, Leadership leadership, TimeProvider time, ILogger<WitnessKeeper> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

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
        if (!leadership.Leads) return;
        try
        {
            board.Save();
        }
        catch (DbException e)
        {
            ControlLog.ProgressNotSaved(log, e);
        }
    }
}
