using System.Data.Common;
using Failback.Control.Settings;
using Failback.Control.Storage;

namespace Failback.Control.Status;

/// <summary>Has the board computed every second, and at once after this control changed something.</summary>
internal sealed class StatusKeeper(StatusBoard board, ControlDatabase database, TimeProvider time, ILogger<StatusKeeper> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // A command stores several times; many commands at once must not keep the database busy with reading.
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(50);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            long changes = database.Changes.Count;
            try
            {
                await board.RefreshAsync(stoppingToken);
            }
            catch (DbException e)
            {
                ControlLog.StateNotRead(log, e.GetType().Name);
            }

            await Task.Delay(Least, time, stoppingToken);
            await database.Changes.WaitAsync(changes, Interval - Least, time, stoppingToken);
        }
    }
}
