using Xunit;

namespace Failback.Dialects.Tests.Simulation;

/// <summary>Random histories in whole windows, with crashes, former owners that wake up, and windows that are too large.</summary>
public sealed class EngineSimulationTests(ITestOutputHelper output)
{
    public static TheoryData<int> Seeds(int first, int count) => SimulationCheck.Seeds(first, count);

    [Theory, MemberData(nameof(Seeds), 1, 70)]
    public Task Consistent_windows_through_crashes(int seed) => SimulationCheck.RunAsync(output, seed, new SimulationOptions());

    [Theory, MemberData(nameof(Seeds), 101, 30)]
    public Task Windows_larger_than_what_a_queue_may_have_out(int seed) => SimulationCheck.RunAsync(output, seed, new SimulationOptions { Prefetch = 12 });

    [Theory, MemberData(nameof(Seeds), 201, 30)]
    public Task Windows_larger_than_memory(int seed) => SimulationCheck.RunAsync(output, seed, new SimulationOptions { MemoryBytes = 12_000 });

    [Theory, MemberData(nameof(Seeds), 701, 12)]
    public Task Former_owners_that_wake_up_all_the_time(int seed) => SimulationCheck.RunAsync(output, seed, new SimulationOptions { OnlyZombies = true, FaultsPerThousand = 60 });
}
