using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Failback.Hosting.Telemetry;

/// <summary>
/// Describes every instrument of the process in <c>/metrics</c>, also while it has no series: an alert or a dashboard on a name that is
/// spelt wrong can then be told from one on something that has not happened yet. The exporter describes only what has series.
/// </summary>
internal sealed class MetricsCatalogue : IDisposable
{
    private const string OpenMetricsEnd = "# EOF\n";
    private readonly ConcurrentDictionary<string, ExportedName> _instruments = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    public MetricsCatalogue()
    {
        _listener.InstrumentPublished = (instrument, _) =>
        {
            if (!instrument.Meter.Name.StartsWith(FailbackTelemetry.Prefix, StringComparison.Ordinal)) return;
            ExportedName exported = ExportedName.Of(instrument);
            _instruments[exported.Name] = exported;
        };
        _listener.Start();
    }

    /// <summary>Serves what comes next in the pipeline, with the descriptions that it lacks.</summary>
    public async Task CompleteAsync(HttpContext context, Func<Task> export)
    {
        // The exporter would compress what is to be completed here.
        context.Request.Headers.Remove("Accept-Encoding");
        Stream answer = context.Response.Body;
        using var exported = new MemoryStream();
        context.Response.Body = exported;
        try
        {
            await export();
        }
        finally
        {
            context.Response.Body = answer;
        }

        string text = Encoding.UTF8.GetString(exported.GetBuffer(), 0, (int)exported.Length);
        bool open = context.Response.ContentType?.StartsWith("application/openmetrics-text", StringComparison.Ordinal) == true;
        byte[] whole = Encoding.UTF8.GetBytes(Complete(text, open));
        context.Response.ContentLength = whole.Length;
        await answer.WriteAsync(whole, context.RequestAborted);
    }

    /// <summary>Returns the text with a description of each instrument that has none.</summary>
    internal string Complete(string text, bool openMetrics)
    {
        HashSet<string> described = [
            .. text.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2])];
        var whole = new StringBuilder(openMetrics && text.EndsWith(OpenMetricsEnd, StringComparison.Ordinal)
            ? text[..^OpenMetricsEnd.Length]
            : text);
        foreach (ExportedName missing in _instruments.Values.OrderBy(known => known.Name, StringComparer.Ordinal))
        {
            string name = openMetrics ? missing.Family : missing.Name;
            if (described.Contains(name)) continue;
            whole.Append("# TYPE ").Append(name).Append(' ').Append(missing.Type).Append('\n');
            whole.Append("# HELP ").Append(name).Append(' ').Append(missing.Help).Append('\n');
        }

        if (openMetrics) whole.Append(OpenMetricsEnd);
        return whole.ToString();
    }

    public void Dispose() => _listener.Dispose();
}
