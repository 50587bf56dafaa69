using System.Diagnostics.Metrics;

namespace Failback.Messaging.Publishing;

/// <summary>Metrics of publishing into the queues, in the sink's meter.</summary>
public sealed class PublisherMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Failback.Sink";

    private readonly Histogram<double> _confirm;
    private readonly Counter<long> _epochs;
    private readonly Counter<long> _messages;
    private readonly Counter<long> _connections;
    private readonly Counter<long> _blocked;

    /// <summary>Creates the instruments.</summary>
    public PublisherMetrics(IMeterFactory factory)
    {
        Meter meter = factory.Create(MeterName);
        _confirm = meter.CreateHistogram(
            "failback.sink.confirm.duration", unit: "s", description: "Time from publishing a message to its confirm.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
            });
        _epochs = meter.CreateCounter<long>(
            "failback.sink.publisher.epochs",
            description: "Publisher ids begun; one per queue and connection, and one more after each refusal.");
        _messages = meter.CreateCounter<long>("failback.sink.messages", description: "Messages published, by outcome.");
        _connections = meter.CreateCounter<long>("failback.sink.broker.connections", description: "Broker connections opened.");
        _blocked = meter.CreateCounter<long>(
            "failback.sink.broker.blocked", description: "Times the broker blocked publishing (memory or disk alarm).");
    }

    internal void EpochStarted() => _epochs.Add(1);

    internal void ConnectionOpened() => _connections.Add(1);

    internal void Blocked() => _blocked.Add(1);

    internal void Published(PublishOutcome outcome, TimeSpan elapsed)
    {
        _messages.Add(1, new KeyValuePair<string, object?>("outcome", outcome switch
        {
            PublishOutcome.Confirmed => "confirmed",
            PublishOutcome.Refused => "refused",
            _ => "unavailable",
        }));
        if (outcome == PublishOutcome.Confirmed) _confirm.Record(elapsed.TotalSeconds);
    }
}
