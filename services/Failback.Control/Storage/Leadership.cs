using System.Data.Common;
using Failback.Control.Settings;
using Microsoft.Extensions.Options;

namespace Failback.Control.Storage;

/// <summary>
/// Of several controls on one database one is the leader: it watches changefeeds, finishes deletions and stores progress. When it dies
/// another follows within
/// two seconds, when it freezes within ten (<see cref="ControlOptions.TakeOverAfter"/>).
/// </summary>
internal sealed class Leadership(ControlDatabase database, IOptions<ControlOptions> options, TimeProvider time, ILogger<Leadership> log)
    : BackgroundService
{
    private const string Lock = "leader";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // The database ends a silent session later than this, so whoever thaws knows at once that another may lead by now.
    private readonly TimeSpan _lease = options.Value.TakeOverAfter * 0.75;
    private volatile bool _leads;
    private long _asked;

    /// <summary>
    /// True in one process at a time. What it does under a failback's lock is safe also where it learns late that it lost the lead.
    /// </summary>
    public bool Leads => _leads && time.GetElapsedTime(Volatile.Read(ref _asked)) < _lease;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TryAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        _leads = false;
        database.Locks.Release(Lock);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await TryAsync(stoppingToken);
    }

    private async Task TryAsync(CancellationToken cancellationToken)
    {
        bool leads = false;
        long asked = time.GetTimestamp();
        try
        {
            leads = await database.Locks.HoldAsync(Lock, cancellationToken);
        }
        catch (DbException e)
        {
            if (_leads) ControlLog.LeadLost(log, e.GetType().Name);
        }

        if (leads && !_leads) ControlLog.LeadTaken(log);
        Volatile.Write(ref _asked, asked);
        _leads = leads;
    }
}
