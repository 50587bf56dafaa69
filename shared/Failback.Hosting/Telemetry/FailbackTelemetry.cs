using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Failback.Hosting.Telemetry;

/// <summary>Metrics for Prometheus, and traces by OTLP where an address for them is configured.</summary>
internal static class FailbackTelemetry
{
    /// <summary>Start of the name of every meter of the project.</summary>
    public const string Prefix = "Failback.";

    /// <summary>
    /// Series of one instrument. Labels are failbacks and words of small sets: this is enough for some two thousand failbacks.
    /// </summary>
    private const int MostSeries = 20_000;

    /// <summary>Address of a collector, by the name that OpenTelemetry gives it; without one no trace is begun.</summary>
    public static readonly string[] Endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];

    public static void AddTo(IServiceCollection services, IConfiguration configuration, string service)
    {
        services.AddSingleton<MetricsCatalogue>();
        OpenTelemetryBuilder telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("failback-" + service))
            .WithMetrics(metrics => metrics
                .AddMeter(Prefix + "*", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
                .AddView(instrument => instrument.Meter.Name.StartsWith(Prefix, StringComparison.Ordinal)
                    ? new MetricStreamConfiguration { CardinalityLimit = MostSeries }
                    : null)
                .AddPrometheusExporter());
        if (Endpoints.Any(name => configuration[name] is { Length: > 0 }))
            telemetry.WithTracing(traces => traces.AddSource(FailbackTraces.Source.Name).AddOtlpExporter());
    }
}
