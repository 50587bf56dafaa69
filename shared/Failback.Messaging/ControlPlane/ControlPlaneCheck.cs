using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Failback.Messaging.ControlPlane;

/// <summary>
/// Says in <c>/readyz</c> what this process cannot do while it has no control plane. A moment without it, as at a restart of the broker, is
/// degraded only.
/// </summary>
internal sealed class ControlPlaneCheck(BusState state, TimeProvider time, BusNeed need) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (state.DownSince is not { } since) return Task.FromResult(HealthCheckResult.Healthy());
        string text = string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"{state.Problem}, since {since:yyyy-MM-dd HH:mm:ss}Z; {need.Lack}");
        return Task.FromResult(
            time.GetUtcNow() - since > need.UnreadyAfter ? HealthCheckResult.Unhealthy(text) : HealthCheckResult.Degraded(text));
    }
}
