using System.Net;
using System.Threading.RateLimiting;

namespace Failback.Hosting.Security;

/// <summary>
/// Counts failed authentications per remote address: after <see cref="PerMinute"/> in a minute the address has failed too often for the
/// rest of it.
/// Addresses are as the connection has them, headers of proxies count for nothing; of IPv6 the network (/64) counts.
/// </summary>
public sealed class FailedAttempts : IDisposable
{
    /// <summary>Failures that are answered as such.</summary>
    public const int PerMinute = 20;

    /// <summary>What to tell an address that has failed too often.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<IPAddress> _limiter = PartitionedRateLimiter.Create<IPAddress, string>(address =>
        RateLimitPartition.GetFixedWindowLimiter(
            Key(address), _ => new FixedWindowRateLimiterOptions { PermitLimit = PerMinute, Window = RetryAfter, QueueLimit = 0 }));

    /// <summary>True while an address has failed too often.</summary>
    public bool TooMany(IPAddress? address)
    {
        using RateLimitLease look = _limiter.AttemptAcquire(address ?? IPAddress.None, permitCount: 0);
        return !look.IsAcquired;
    }

    /// <summary>Notes a failure.</summary>
    public void Add(IPAddress? address)
    {
        using RateLimitLease lease = _limiter.AttemptAcquire(address ?? IPAddress.None);
    }

    public void Dispose() => _limiter.Dispose();

    private static string Key(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        byte[] bytes = address.GetAddressBytes();
        return Convert.ToHexString(bytes.Length == 16 ? bytes[..8] : bytes);
    }
}
