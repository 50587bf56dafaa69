using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Control.Progress;
using Failback.Control.Registry;
using Failback.Control.Status;

namespace Failback.Control.Lifecycle;

/// <summary>Waits a moment for those whom an order concerns to acknowledge it.</summary>
internal sealed class OrderWatch(StatusBoard board, PulseBoard pulses, TimeProvider time)
{
    /// <summary>A replica acknowledges as soon as its transaction is over; the call does not wait for one that takes longer.</summary>
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(3);

    /// <summary>Returns when all have acknowledged, or after a few seconds.</summary>
    public async Task WaitAsync(FailbackRecord failback, CancellationToken cancellationToken)
    {
        if (failback.State is not (RunState.Paused or RunState.Stopped)) return;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task late = Task.Delay(Within, time, patience.Token);
        while (!late.IsCompleted)
        {
            // Taken before the look: a pulse that comes in between is not missed.
            Task next = pulses.Next;
            if (board.Of(failback).State is FailbackState.Paused or FailbackState.Stopped) break;
            await Task.WhenAny(next, late);
        }

        await patience.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }
}
