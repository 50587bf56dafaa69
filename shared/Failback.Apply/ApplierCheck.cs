using Failback.Messaging.ControlPlane;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Failback.Apply;

/// <summary>Ready once the failbacks are known, from control or from the cache of an earlier run.</summary>
internal sealed class ApplierCheck(FailbackDirectory directory) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
        directory.Loaded
        ? HealthCheckResult.Healthy()
        : HealthCheckResult.Unhealthy("control has not answered yet: is it running, on the same broker?"));
}
