using Xunit;

namespace Failback.Dialects.Tests.Simulation;

/// <summary>Random histories through changes of mode.</summary>
public sealed class ModeSimulationTests(ITestOutputHelper output)
{
    public static TheoryData<int> Seeds(int first, int count) => SimulationCheck.Seeds(first, count);

    [Theory, MemberData(nameof(Seeds), 501, 30)]
    public Task Modes_that_change_all_the_time(int seed) =>
    SimulationCheck.RunAsync(output, seed, new SimulationOptions { FlipModes = true, FaultsPerThousand = 40, Prefetch = 20 });
}
