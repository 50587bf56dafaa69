using Failback.Contracts.Control;
using Xunit;

namespace Failback.Dialects.Tests.Simulation;

/// <summary>Random histories without windows.</summary>
public sealed class BestEffortSimulationTests(ITestOutputHelper output)
{
    public static TheoryData<int> Seeds(int first, int count) => SimulationCheck.Seeds(first, count);

    [Theory, MemberData(nameof(Seeds), 301, 25)]
    public Task Best_effort_table_by_table(int seed) =>
    SimulationCheck.RunAsync(output, seed, new SimulationOptions { Mode = ApplyMode.BestEffort });
}
