using Failback.Testing.Processes;

namespace Failback.Benchmarks.Pipeline;

/// <summary>What runs for days is compiled after its first seconds: those are not what is measured.</summary>
internal static class Warmth
{
    /// <summary>Waits until nothing is compiled any more.</summary>
    public static async Task RestAsync(ServiceProcess process, CancellationToken cancellationToken)
    {
        TimeSpan pause = TimeSpan.FromMilliseconds(500);
        for (int i = 0; i < 20; i++)
        {
            TimeSpan before = process.Cpu();
            await Task.Delay(pause, cancellationToken);
            if (process.Cpu() - before < pause / 20) return;
        }
    }
}
