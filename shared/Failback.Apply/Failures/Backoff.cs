using System.Security.Cryptography;

namespace Failback.Apply.Failures;

/// <summary>Waits between tries: doubling from 50 ms to 5 s, each between half and the whole of it.</summary>
public static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>Wait before try <paramref name="attempt"/> + 1.</summary>
    public static TimeSpan Delay(int attempt)
    {
        double full = Math.Min(Longest.TotalMilliseconds, First.TotalMilliseconds * Math.Pow(2, Math.Clamp(attempt - 1, 0, 20)));
        return TimeSpan.FromMilliseconds(full / 2 + RandomNumberGenerator.GetInt32((int)(full / 2) + 1));
    }
}
