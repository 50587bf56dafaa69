using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Failback.Hosting.Health;

/// <summary>
/// <c>/livez</c> (the process runs), <c>/readyz</c> (every check tagged <see cref="Ready"/>; 503 when one is unhealthy) and
/// <c>/metrics</c> (Prometheus text).
/// </summary>
public static class HealthEndpoints
{
    /// <summary>Tag of checks that decide about readiness.</summary>
    public const string Ready = "ready";

    /// <summary>Serves the three paths; with a port only to requests that came in on it. Call it before authentication.</summary>
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

        app.UseOpenTelemetryPrometheusScrapingEndpoint(context =>
            context.Request.Path == "/metrics" && (port is null || context.Connection.LocalPort == port));
        return app;
    }

    private static async Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("status", Text(report.Status));
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
