using Failback.Messaging.Publishing;
using Failback.Sink.Feeds;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Failback.Sink;

/// <summary>Ready only while the broker takes messages.</summary>
internal sealed class BrokerCheck(TablePublisher publisher) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(publisher.Problem is { } problem ? HealthCheckResult.Unhealthy(problem) : HealthCheckResult.Healthy());
}

/// <summary>Ready only once the failbacks are known.</summary>
internal sealed class DirectoryCheck(FeedDirectory feeds) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(feeds.Loaded ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("control has not told the failbacks yet"));
}
