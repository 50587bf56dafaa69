using Xunit;

namespace Failback.Dialects.Tests.Simulation;

/// <summary>Random histories in which former owners wake up.</summary>
public sealed class FormerOwnerSimulationTests(ITestOutputHelper output)
{
    public static TheoryData<int> Seeds(int first, int count) => SimulationCheck.Seeds(first, count);

    [Theory, MemberData(nameof(Seeds), 701, 12)]
    public Task Former_owners_that_wake_up_all_the_time(int seed) =>
    SimulationCheck.RunAsync(output, seed, new SimulationOptions { OnlyZombies = true, FaultsPerThousand = 60 });
}
