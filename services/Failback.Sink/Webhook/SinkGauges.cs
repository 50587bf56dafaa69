using System.Diagnostics.Metrics;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Messaging.Publishing;
using Failback.Sink.Bodies;
using Failback.Sink.Counters;
using Failback.Sink.Feeds;
using Failback.Sink.Settings;
using Microsoft.Extensions.Options;

namespace Failback.Sink.Webhook;

/// <summary>What this sink has in hand, how far its feeds are, and whether the broker takes anything from it.</summary>
internal sealed class SinkGauges
{
    public SinkGauges(
        IMeterFactory factory, FeedDirectory feeds, BodyBudget budget, TablePublisher publisher, IOptions<SinkOptions> options)
    {
        Meter meter = factory.Create(PublisherMetrics.MeterName);
        long allowed = options.Value.MaxBufferedBytes;
        meter.CreateObservableGauge(
            "failback.sink.buffered", () => allowed - budget.Free, "By", "Memory reserved for the bodies of requests under way.");
        meter.CreateObservableGauge("failback.sink.buffered.limit", () => allowed, "By", "Memory that bodies may take together.");
        meter.CreateObservableGauge(
            "failback.sink.broker.ready", () => publisher.Problem is null ? 1 : 0, null, "1 while the broker takes messages, 0 otherwise.");
        meter.CreateObservableGauge(
            "failback.sink.resolved.timestamp", () => Resolved(feeds), "s",
            "Latest resolved timestamp that this process accepted since it started.");
    }

    private static IEnumerable<Measurement<double>> Resolved(FeedDirectory feeds)
    {
        foreach (FeedCounters counters in feeds.Counters)
        {
            SinkProgress report = counters.Report("");
            if (HlcTimestamp.TryParse(report.Resolved, out HlcTimestamp at))
                yield return new((at.Time - DateTimeOffset.UnixEpoch).TotalSeconds, new KeyValuePair<string, object?>(
                    "failback", report.Failback));
        }
    }
}
