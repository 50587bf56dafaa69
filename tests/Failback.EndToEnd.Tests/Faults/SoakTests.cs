using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Failback.EndToEnd.Tests.Faults;

/// <summary>Run after run until the time is over or one fails; only when asked for, by <c>tests/soak.sh</c>.</summary>
[Collection(FaultedStackCollection.Name)]
public sealed class SoakTests(FaultedStack faulted)
{
    [Fact(Explicit = true)]
    public async Task Random_runs_with_faults_until_the_time_is_over()
    {
        TimeSpan limit = TimeSpan.FromMinutes(Number("FAILBACK_SOAK_MINUTES", 10));
        int seed = Number("FAILBACK_SOAK_SEED", 1);
        var watch = Stopwatch.StartNew();
        int runs = 0;
        for (; watch.Elapsed < limit; seed++, runs++)
        {
            FaultProfile profile = FaultProfile.All[seed % FaultProfile.All.Count];
            Console.WriteLine(await new FaultRun(faulted, seed, profile).RunAsync(Console.WriteLine));
        }

        Console.WriteLine($"{runs} runs in {watch.Elapsed.TotalMinutes:0.0} minutes, none failed");
        Assert.True(runs > 0, "no run fitted into the time");
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int value)
        ? value
        : otherwise;
}
