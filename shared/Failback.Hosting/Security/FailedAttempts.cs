using System.Net;
using System.Threading.RateLimiting;

namespace Failback.Hosting.Security;

/// <summary>
/// Counts failed authentications per remote address. After <see cref="PerMinute"/> failures in a minute the address is blocked for
/// the rest of it. The address is that of the connection, headers of proxies do not count; for IPv6 the network (/64) counts.
/// </summary>
public sealed class FailedAttempts : IDisposable
{
    /// <summary>Failures per minute that are answered as failures; further ones are answered 429.</summary>
    public const int PerMinute = 20;

    /// <summary>Time after which a blocked address may try again.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<IPAddress> _limiter = PartitionedRateLimiter.Create<IPAddress, string>(address =>
        RateLimitPartition.GetFixedWindowLimiter(
            Key(address), _ => new FixedWindowRateLimiterOptions { PermitLimit = PerMinute, Window = RetryAfter, QueueLimit = 0 }));

    /// <summary>Returns true while an address is blocked. Asking does not count as an attempt.</summary>
    public bool TooMany(IPAddress? address)
    {
        using RateLimitLease look = _limiter.AttemptAcquire(address ?? IPAddress.None, permitCount: 0);
        return !look.IsAcquired;
    }

    /// <summary>Counts a failure.</summary>
    public void Add(IPAddress? address)
    {
        using RateLimitLease lease = _limiter.AttemptAcquire(address ?? IPAddress.None);
    }

    public void Dispose() => _limiter.Dispose();

    private static string Key(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        byte[] bytes = address.GetAddressBytes();
        // One IPv6 host has a whole /64 of addresses to try from.
        return Convert.ToHexString(bytes.Length == 16 ? bytes[..8] : bytes);
    }
}
