using System.Threading.RateLimiting;
using Failback.Control.Api;
using Failback.Control.Settings;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Failback.Control.Access;

/// <summary>
/// Limits the calls of each caller: a token bucket that fills with <c>CallsPerSecond</c> and holds four seconds' worth. A stream of
/// events counts once, when it begins.
/// </summary>
internal sealed class CallLimits(IOptions<ControlOptions> options) : IConfigureOptions<RateLimiterOptions>
{
    private const int Burst = 4;

    public void Configure(RateLimiterOptions limiter)
    {
        int perSecond = options.Value.CallsPerSecond;
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetTokenBucketLimiter(
            Caller.Of(context)?.Identity ?? "",
            _ => new TokenBucketRateLimiterOptions
            {
                TokensPerPeriod = perSecond,
                TokenLimit = perSecond * Burst,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                // Calls beyond the limit are refused instead of queued: a caller that is told to wait does not hold a connection.
                QueueLimit = 0
            }));
        limiter.OnRejected = (_, _) => throw new ApiException(
            429, "too_many_calls", $"this caller makes more than {perSecond} calls a second",
            "call less often; GET …/events streams progress")
        { RetryAfter = TimeSpan.FromSeconds(1) };
    }
}
