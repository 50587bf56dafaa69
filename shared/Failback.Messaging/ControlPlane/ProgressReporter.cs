using System.Threading.Channels;
using Failback.Contracts.Control;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Failback.Messaging.ControlPlane;

/// <summary>
/// Publishes progress to control and never delays the data path: <c>Report</c> returns at once, a newer report of the same failback
/// and owner replaces one that still waits, and reports are dropped while the broker is away, because the next second brings the
/// next.
/// </summary>
public sealed class ProgressReporter : BackgroundService
{
    private static readonly TimeSpan PublishWithin = TimeSpan.FromSeconds(5);

    private readonly IBus _bus;
    private readonly ILogger<ProgressReporter> _log;
    private readonly Lock _gate = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private Dictionary<(Type Kind, string Failback, string Replica, long Epoch, string FirstTable), object> _waiting = [];

    internal ProgressReporter(IBus bus, ILogger<ProgressReporter> log)
    {
        _bus = bus;
        _log = log;
    }

    /// <summary>
    /// Takes an applier's report. <see cref="ApplierProgress.Tables"/> replace those of the previous report with the same first
    /// table.
    /// </summary>
    public void Report(ApplierProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        string first = progress.Tables.Count > 0 ? progress.Tables[0].Table : "";
        Enqueue((typeof(ApplierProgress), progress.Failback, progress.Replica, progress.Epoch, first), progress);
    }

    /// <summary>Takes a sink's report.</summary>
    public void Report(SinkProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        Enqueue((typeof(SinkProgress), progress.Failback, progress.Replica, 0, ""), progress);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _wake.Reader.WaitToReadAsync(stoppingToken))
        {
            _wake.Reader.TryRead(out _);
            foreach (object report in TakeWaiting()) await PublishAsync(report, stoppingToken);
        }
    }

    private void Enqueue((Type, string, string, long, string) key, object report)
    {
        // Stored before the wake-up: the publisher may run in between and must find the report.
        lock (_gate) _waiting[key] = report;
        _wake.Writer.TryWrite(true);
    }

    private object[] TakeWaiting()
    {
        lock (_gate)
        {
            Dictionary<(Type, string, string, long, string), object> taken = _waiting;
            _waiting = [];
            return [.. taken.Values];
        }
    }

    private async Task PublishAsync(object report, CancellationToken stoppingToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        deadline.CancelAfter(PublishWithin);
        try
        {
            await _bus.Publish(report, deadline.Token);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            ControlPlaneLog.ReportDropped(_log, e.GetType().Name);
        }
    }
}
