using Xunit;

namespace Failback.Dialects.Tests.Simulation;

/// <summary>
/// Random histories in whole windows, with crashes. Every kind of history is a class of its own: they wait more than they work, and classes
/// run side by side.
/// </summary>
public sealed class EngineSimulationTests(ITestOutputHelper output)
{
    public static TheoryData<int> Seeds(int first, int count) => SimulationCheck.Seeds(first, count);

    [Theory, MemberData(nameof(Seeds), 1, 70)]
    public Task Consistent_windows_through_crashes(int seed) => SimulationCheck.RunAsync(output, seed, new SimulationOptions());
}
