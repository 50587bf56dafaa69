using Xunit;

namespace Failback.Dialects.Tests.Simulation;

/// <summary>Random histories in windows that are too large to be had at once.</summary>
public sealed class LargeWindowSimulationTests(ITestOutputHelper output)
{
    public static TheoryData<int> Seeds(int first, int count) => SimulationCheck.Seeds(first, count);

    [Theory, MemberData(nameof(Seeds), 101, 30)]
    public Task Windows_larger_than_what_a_queue_may_have_out(int seed) =>
    SimulationCheck.RunAsync(output, seed, new SimulationOptions { Prefetch = 12 });

    [Theory, MemberData(nameof(Seeds), 201, 30)]
    public Task Windows_larger_than_memory(int seed) =>
    SimulationCheck.RunAsync(output, seed, new SimulationOptions { MemoryBytes = 12_000 });
}
