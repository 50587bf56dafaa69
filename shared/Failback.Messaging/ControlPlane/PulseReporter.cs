using System.Threading.Channels;
using Failback.Contracts.Control;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Failback.Messaging.ControlPlane;

/// <summary>Publishes the pulse of this process every second, and at once when it has carried out an order.</summary>
public sealed class PulseReporter : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    // Many changes at once must not become as many pulses.
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PublishWithin = TimeSpan.FromSeconds(2);

    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly IPulseSource _source;
    private readonly ServiceIdentity _identity;
    private readonly IBus _bus;
    private readonly TimeProvider _time;
    private readonly ILogger<PulseReporter> _log;

    internal PulseReporter(IPulseSource source, ServiceIdentity identity, IBus bus, TimeProvider time, ILogger<PulseReporter> log)
    {
        _source = source;
        _identity = identity;
        _bus = bus;
        _time = time;
        _log = log;
    }

    /// <summary>The next pulse follows at once: something was carried out that control waits for.</summary>
    public void Hurry() => _news.Writer.TryWrite(true);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            await PublishAsync(_source.Take(_identity.Name), stoppingToken);
            await Task.Delay(Least, _time, stoppingToken);
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            await Task.WhenAny(_news.Reader.WaitToReadAsync(pause.Token).AsTask(), Task.Delay(Every, _time, pause.Token));
            await pause.CancelAsync();
            _news.Reader.TryRead(out _);
        }
    }

    private async Task PublishAsync(ServicePulse pulse, CancellationToken stoppingToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        deadline.CancelAfter(PublishWithin);
        try
        {
            await _bus.Publish(pulse, deadline.Token);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            // A pulse is never made up for: control hears the next one, or knows by its absence that it hears none.
            ControlPlaneLog.ReportDropped(_log, e.GetType().Name);
        }
    }
}
