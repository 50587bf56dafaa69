using Failback.Contracts.Control;
using Failback.Messaging.ControlPlane;
using Failback.Sink.Counters;
using Failback.Sink.Feeds;
using Failback.Sink.Settings;
using Microsoft.Extensions.Options;

namespace Failback.Sink.Publishing;

/// <summary>Reports to control once a second what each feed has taken, when something has changed.</summary>
internal sealed class ProgressReports(
    FeedDirectory feeds, FailbackDirectory failbacks, ProgressReporter reporter, PulseReporter pulse, IOptions<SinkOptions> options,
        TimeProvider time)
    : BackgroundService
{
    private readonly Dictionary<string, SinkProgress> _told = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The feeds follow a change before this hears of it, because they listened earlier.
        failbacks.Changed += pulse.Hurry;
        try
        {
            await ReportAsync(stoppingToken);
        }
        finally
        {
            failbacks.Changed -= pulse.Hurry;
        }
    }

    private async Task ReportAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (FeedCounters counters in feeds.Counters)
            {
                SinkProgress now = counters.Report(options.Value.Replica);
                if (_told.TryGetValue(now.Failback, out SinkProgress? before) && now == before) continue;
                // Reports contain totals, so a dropped one is made up for by the next that differs.
                _told[now.Failback] = now;
                reporter.Report(now);
            }
        }
    }
}
