using System.Security.Cryptography;

namespace Failback.Hosting.Retrying;

/// <summary>
/// Waits between tries that double from a first to a longest one. Each is between half and the whole of it, so that processes which failed
/// together do not try again together.
/// </summary>
/// <param name="First">Wait after the first failure.</param>
/// <param name="Longest">Longest wait.</param>
public sealed record Backoff(TimeSpan First, TimeSpan Longest)
{
    /// <summary>Returns the wait after a number of failures in a row.</summary>
    public TimeSpan Delay(int failures)
    {
        double full = Math.Min(Longest.TotalMilliseconds, First.TotalMilliseconds * Math.Pow(2, Math.Clamp(failures - 1, 0, 30)));
        return TimeSpan.FromMilliseconds(full / 2 + RandomNumberGenerator.GetInt32((int)(full / 2) + 1));
    }
}
