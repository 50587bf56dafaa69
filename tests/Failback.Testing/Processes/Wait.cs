using System.Diagnostics;

namespace Failback.Testing.Processes;

/// <summary>Waits on conditions, not on time.</summary>
public static class Wait
{
    /// <summary>Polls until the condition holds.</summary>
    /// <param name="condition">Asked every 25 ms and more rarely later.</param>
    /// <param name="timeout">Patience.</param>
    /// <param name="because">What to say when it never held.</param>
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
