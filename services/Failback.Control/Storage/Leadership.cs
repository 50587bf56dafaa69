using System.Data.Common;
using Failback.Control.Settings;
using Microsoft.Extensions.Options;

namespace Failback.Control.Storage;

/// <summary>
/// Elects one of several controls on one database as leader: it watches changefeeds, continues runs of steps and stores progress. When
/// the leader dies, another takes over within two seconds; when it freezes, within ten (<see
/// cref="ControlOptions.TakeOverAfter"/>).
/// </summary>
internal sealed class Leadership(ControlDatabase database, IOptions<ControlOptions> options, TimeProvider time, ILogger<Leadership> log)
    : BackgroundService
{
    private const string Lock = "leader";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // Shorter than the time after which the database ends a silent session: a process that wakes up from a freeze knows that
    // another may lead.
    private readonly TimeSpan _lease = options.Value.TakeOverAfter * 0.75;
    private volatile bool _leads;
    private long _asked;

    /// <summary>
    /// True in one process at a time. Work under a failback's lock is safe even when the leader learns late that it lost the lead.
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
        // Another control takes over at once instead of waiting for this session to end.
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
        // Taken before the question: the lease must not start later than the database's own clock for the session.
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
