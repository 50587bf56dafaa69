using System.Data.Common;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Failback.Control.Storage;

/// <summary>Readiness check: control cannot serve any call without its database.</summary>
internal sealed class DatabaseHealth(ControlDatabase database) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            database.Query(row => row.GetInt64(0), "SELECT last FROM revision");
            return Task.FromResult(HealthCheckResult.Healthy());
        }
        catch (DbException)
        {
            return Task.FromResult(HealthCheckResult.Unhealthy("the database of control does not answer; " + database.Remedy));
        }
    }
}
