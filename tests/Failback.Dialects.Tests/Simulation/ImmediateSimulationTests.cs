using Failback.Contracts.Control;
using Xunit;

namespace Failback.Dialects.Tests.Simulation;

/// <summary>Random histories without resolved timestamps.</summary>
public sealed class ImmediateSimulationTests(ITestOutputHelper output)
{
    public static TheoryData<int> Seeds(int first, int count) => SimulationCheck.Seeds(first, count);

    [Theory, MemberData(nameof(Seeds), 401, 15)]
    public Task Immediate_table_by_table(int seed) =>
    SimulationCheck.RunAsync(output, seed, new SimulationOptions { Mode = ApplyMode.Immediate });
}
