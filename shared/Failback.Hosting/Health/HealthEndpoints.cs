using System.Text.Json;
using Failback.Hosting.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Failback.Hosting.Health;

/// <summary>
/// Serves <c>/livez</c> (the process runs), <c>/readyz</c> (every check tagged <see cref="Ready"/>; 503 when one is unhealthy) and
/// <c>/metrics</c> (Prometheus text). The first two contain the process id and the name given in <see cref="Instance"/>, by which a
/// starter tells its process from another one on the same port.
/// </summary>
public static class HealthEndpoints
{
    /// <summary>Tag of the checks that decide on readiness.</summary>
    public const string Ready = "ready";

    /// <summary>
    /// Setting <c>Failback__Instance</c>: a name that the starter of the process chooses; every health report repeats it.
    /// </summary>
    public const string Instance = "Failback:Instance";

    /// <summary>
    /// Serves the three paths; with a port only for requests that arrive on it. Must be called before authentication.
    /// </summary>
    public static T UseFailbackHealth<T>(this T app, int? port = null) where T : IApplicationBuilder
    {
        var live = new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync };
        var ready = new HealthCheckOptions { Predicate = check => check.Tags.Contains(Ready), ResponseWriter = WriteAsync };
        if (port is { } only)
        {
            app.UseHealthChecks("/livez", only, live);
            app.UseHealthChecks("/readyz", only, ready);
        }
        else
        {
            app.UseHealthChecks("/livez", live);
            app.UseHealthChecks("/readyz", ready);
        }

        bool IsScrape(HttpContext context) =>
            context.Request.Path == "/metrics" && (port is null || context.Connection.LocalPort == port);
        MetricsCatalogue catalogue = app.ApplicationServices.GetRequiredService<MetricsCatalogue>();
        app.Use((context, next) => IsScrape(context) ? catalogue.CompleteAsync(context, () => next(context)) : next(context));
        app.UseOpenTelemetryPrometheusScrapingEndpoint(IsScrape);
        return app;
    }

    private static async Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("status", Text(report.Status));
        json.WriteNumber("process", Environment.ProcessId);
        if (context.RequestServices.GetService<IConfiguration>()?[Instance] is { Length: > 0 } instance)
            json.WriteString("instance", instance);
        json.WriteStartObject("checks");
        foreach ((string name, HealthReportEntry entry) in report.Entries)
        {
            json.WriteStartObject(name);
            json.WriteString("status", Text(entry.Status));
            if (entry.Description is { } description) json.WriteString("description", description);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    private static string Text(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };
}
