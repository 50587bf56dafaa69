using System.Collections.Concurrent;
using Failback.Contracts.Control;
using Failback.Messaging.ControlPlane;

namespace Failback.Control.Progress;

/// <summary>The last pulse of every sink and applier, in memory: who lives, and where they stand.</summary>
internal sealed class PulseBoard(TimeProvider time) : IControlPlaneHandler<ServicePulse>
{
    /// <summary>A replica that was away for so long does not come back under its name.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<(string Service, string Replica), HeardPulse> _pulses = new();
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the next pulse.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Every replica that was heard of within a day.</summary>
    public IReadOnlyCollection<HeardPulse> All => [.. _pulses.Values];

    public Task HandleAsync(ServicePulse message, CancellationToken cancellationToken)
    {
        Take(message);
        return Task.CompletedTask;
    }

    public void Take(ServicePulse pulse)
    {
        DateTimeOffset now = time.GetUtcNow();
        _pulses[(pulse.Service, pulse.Replica)] = new HeardPulse(now, pulse);
        foreach ((string, string) gone in _pulses.Where(known => now - known.Value.At > KeptFor).Select(known => known.Key))
            _pulses.TryRemove(gone, out _);
        Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }
}
