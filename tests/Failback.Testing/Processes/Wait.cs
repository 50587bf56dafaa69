using System.Diagnostics;

namespace Failback.Testing.Processes;

/// <summary>Waits for conditions instead of fixed times.</summary>
public static class Wait
{
    /// <summary>Polls until the condition holds.</summary>
    /// <param name="condition">Evaluated every 25 ms at first, later up to every 250 ms.</param>
    /// <param name="timeout">Longest wait.</param>
    /// <param name="because">Returns the message for a condition that never held.</param>
    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan timeout, Func<string> because)
    {
        var watch = Stopwatch.StartNew();
        for (int pause = 25; !await condition(); pause = Math.Min(pause * 3 / 2, 250))
        {
            if (watch.Elapsed > timeout) throw new TimeoutException($"after {timeout.TotalSeconds} s: {because()}");
            await Task.Delay(pause);
        }
    }
}
