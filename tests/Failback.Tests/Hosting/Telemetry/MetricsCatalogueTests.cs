using System.Diagnostics.Metrics;
using Failback.Hosting.Telemetry;
using Xunit;

namespace Failback.Tests.Hosting.Telemetry;

/// <summary>What the exporter leaves out is described: instruments that have no series yet.</summary>
public sealed class MetricsCatalogueTests : IDisposable
{
    private readonly Meter _meter = new("Failback.CatalogueTests");
    private readonly MetricsCatalogue _catalogue = new();

    [Fact]
    public void Instruments_without_series_are_described_in_the_form_that_was_asked_for()
    {
        _meter.CreateCounter<long>("failback.test.rows", "{row}", "Rows.");
        _meter.CreateHistogram<double>("failback.test.duration", "s", "Time.");
        _meter.CreateObservableGauge("failback.test.memory", () => 1, "By", "Memory.");
        const string Seen =
            "# TYPE failback_test_memory_bytes gauge\n# HELP failback_test_memory_bytes Memory.\nfailback_test_memory_bytes 1\n";
        string text = Own(_catalogue.Complete(Seen, openMetrics: false));
        Assert.Equal(
            Seen + "# TYPE failback_test_duration_seconds histogram\n# HELP failback_test_duration_seconds Time.\n"
                + "# TYPE failback_test_rows_total counter\n# HELP failback_test_rows_total Rows.\n", text);
        string open = Own(_catalogue.Complete(Seen + "# EOF\n", openMetrics: true));
        Assert.Contains("# TYPE failback_test_rows counter\n", open, StringComparison.Ordinal);
        Assert.EndsWith("\n# EOF\n", open, StringComparison.Ordinal);
        Assert.Single(open.Split('\n'), line => line == "# EOF");
    }

    [Fact]
    public void A_unit_whose_name_is_not_known_is_not_guessed()
    {
        using var strange = new Meter("Elsewhere");
        Assert.Throws<NotSupportedException>(() => ExportedName.Of(strange.CreateCounter<long>("failback.test.length", "furlong")));
    }

    public void Dispose()
    {
        _catalogue.Dispose();
        _meter.Dispose();
    }

    // Other tests of this process have meters too.
    private static string Own(string text) => string.Join('\n', text.Split('\n').Where(
        line => line.Length == 0 || line == "# EOF" || line.Contains("failback_test_", StringComparison.Ordinal)));
}
