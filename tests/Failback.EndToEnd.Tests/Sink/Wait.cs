using System.Diagnostics;

namespace Failback.EndToEnd.Tests.Sink;

/// <summary>Waits for a condition, not for a time.</summary>
internal static class Wait
{
    public static async Task UntilAsync(Func<Task<bool>> condition, Func<string> failure, double seconds = 60)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed.TotalSeconds > seconds) throw new TimeoutException(failure());
            await Task.Delay(50);
        }
    }
}
