using Failback.Contracts.Control;
using Failback.Control.Continuity;
using Failback.Control.Api;
using Failback.Control.Progress;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Control.Status;
using Failback.Control.Storage;
using Microsoft.Extensions.Options;

namespace Failback.Control.Lifecycle;

/// <summary>
/// Sees to pauses that an owner does not acknowledge because it is dead or frozen: another replica raises the epoch of the tables in the
/// target, so that it commits nothing when it wakes up. Only then is the failback said to be paused.
/// </summary>
internal sealed class OwnerFencing(
    StatusBoard board, PulseBoard pulses, CheckpointClient checkpoints, Leadership leadership, IOptions<ControlOptions> options,
        TimeProvider time, ILogger<OwnerFencing> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    /// <summary>An owner that is heard of is left the time to finish its transaction.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            StatusSnapshot snapshot = board.Latest;
            if (!leadership.Leads || !board.IsFresh(snapshot)) continue;
            foreach (FailbackRecord failback in snapshot.Failbacks.Where(IsDue).Select(status => status.Failback))
                await FenceAsync(failback, stoppingToken);
        }
    }

    /// <summary>A replica that was heard of has not acknowledged and is silent by now, and another one is there.</summary>
    private bool IsDue(FailbackStatus status)
    {
        FailbackRecord failback = status.Failback;
        DateTimeOffset now = time.GetUtcNow();
        if (failback.State != RunState.Paused || status.Missing.Count == 0 || now - failback.StateSince < Patience) return false;
        HeardPulse[] living = [
            .. pulses.All.Where(pulse => pulse.IsApplierOf(failback.Dialect) && now - pulse.At < options.Value.SilentAfter / 2)];
        return living.Length > 0 && status.Missing.Any(replica => living.All(pulse => pulse.Replica != replica));
    }

    private async Task FenceAsync(FailbackRecord failback, CancellationToken cancellationToken)
    {
        try
        {
            await checkpoints.FenceAsync(failback, cancellationToken);
            ControlLog.OwnersFenced(log, failback.Name);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Tried again, whatever it was: until then the failback is shown as pausing, with who is missing.
            ControlLog.OwnersNotFenced(log, failback.Name, e is ApiException refused ? refused.Message : e.GetType().Name);
        }
    }
}
