using System.Threading.Channels;
using MassTransit;

namespace Failback.Messaging.ControlPlane;

/// <summary>
/// Wakes the <see cref="DirectoryRefresher"/> when the event queue was (re)connected. A class of its own, because the bus needs it
/// while it is being built and the refresher needs the bus.
/// </summary>
internal sealed class DirectoryWake : IReceiveEndpointObserver
{
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public Task Ready(ReceiveEndpointReady ready)
    {
        _wake.Writer.TryWrite(true);
        return Task.CompletedTask;
    }

    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    public Task Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;

    /// <summary>Completes at the next connect, or at once when there was one since the last call.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _wake.Reader.ReadAsync(cancellationToken).AsTask();
}
