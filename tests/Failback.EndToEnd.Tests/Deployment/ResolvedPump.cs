namespace Failback.EndToEnd.Tests.Deployment;

/// <summary>Sends a resolved timestamp twice a second, as a changefeed does, unless it is held.</summary>
internal sealed class ResolvedPump : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public ResolvedPump(ObservedFailback failback) => _running = RunAsync(failback);

    /// <summary>True: nothing is sent.</summary>
    public bool IsHeld { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(ObservedFailback failback)
    {
        while (!_stop.IsCancellationRequested)
        {
            if (!IsHeld) await failback.ResolveAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(500), _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
