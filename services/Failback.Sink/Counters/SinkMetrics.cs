using System.Diagnostics.Metrics;
using Failback.Messaging.Publishing;
using Failback.Sink.Reading;

namespace Failback.Sink.Counters;

/// <summary>The metrics of the webhook: requests, rows, bytes, rows dropped by userscripts, duration.</summary>
internal sealed class SinkMetrics
{
    private readonly Counter<long> _requests;
    private readonly Counter<long> _rows;
    private readonly Counter<long> _bytes;
    private readonly Counter<long> _dropped;
    private readonly Histogram<double> _duration;

    public SinkMetrics(IMeterFactory factory)
    {
        Meter meter = factory.Create(PublisherMetrics.MeterName);
        _requests = meter.CreateCounter<long>("failback.sink.requests", description: "Webhook requests, by failback and HTTP status.");
        _rows = meter.CreateCounter<long>("failback.sink.rows", description: "Rows answered 200.");
        _bytes = meter.CreateCounter<long>("failback.sink.bytes", unit: "By", description: "Bytes of bodies answered 200, decompressed.");
        _dropped = meter.CreateCounter<long>(
            "failback.sink.rows.dropped", description: "Rows that a userscript dropped and no table of the failback counts.");
        _duration = meter.CreateHistogram("failback.sink.request.duration", unit: "s", description: "Time from headers to answer.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
            });
    }

    internal void Answered(string failback, int status, TimeSpan elapsed)
    {
        _requests.Add(1, new("failback", failback), new("status", status));
        _duration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("status", status));
    }

    internal void Accepted(string failback, ChangefeedBody content, int bytes)
    {
        var tag = new KeyValuePair<string, object?>("failback", failback);
        _rows.Add(content.RowCount, tag);
        if (content.Uncounted > 0) _dropped.Add(content.Uncounted, tag);
        _bytes.Add(bytes, tag);
    }
}
