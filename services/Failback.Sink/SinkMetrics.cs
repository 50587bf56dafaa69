using System.Diagnostics.Metrics;
using Failback.Messaging.Publishing;

namespace Failback.Sink;

/// <summary>What the webhook counts.</summary>
internal sealed class SinkMetrics
{
    private readonly Counter<long> _requests;
    private readonly Counter<long> _rows;
    private readonly Counter<long> _bytes;
    private readonly Histogram<double> _duration;

    public SinkMetrics(IMeterFactory factory)
    {
        Meter meter = factory.Create(PublisherMetrics.MeterName);
        _requests = meter.CreateCounter<long>("failback.sink.requests", description: "Webhook requests, by failback and HTTP status.");
        _rows = meter.CreateCounter<long>("failback.sink.rows", description: "Rows answered 200.");
        _bytes = meter.CreateCounter<long>("failback.sink.bytes", unit: "By", description: "Bytes of bodies answered 200, decompressed.");
        _duration = meter.CreateHistogram("failback.sink.request.duration", unit: "s", description: "Time from headers to answer.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
    }

    internal void Answered(string failback, int status, TimeSpan elapsed)
    {
        _requests.Add(1, new("failback", failback), new("status", status));
        _duration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("status", status));
    }

    internal void Accepted(string failback, int rows, int bytes)
    {
        var tag = new KeyValuePair<string, object?>("failback", failback);
        _rows.Add(rows, tag);
        _bytes.Add(bytes, tag);
    }
}
