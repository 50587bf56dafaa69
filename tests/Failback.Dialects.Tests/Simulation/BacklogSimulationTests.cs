using Xunit;

namespace Failback.Dialects.Tests.Simulation;

/// <summary>Random histories that are applied long after they were sent.</summary>
public sealed class BacklogSimulationTests(ITestOutputHelper output)
{
    public static TheoryData<int> Seeds(int first, int count) => SimulationCheck.Seeds(first, count);

    [Theory, MemberData(nameof(Seeds), 601, 8)]
    public Task A_backlog_older_than_the_best_effort_window(int seed) =>
    SimulationCheck.RunAsync(output, seed, new SimulationOptions { Age = TimeSpan.FromHours(2) });
}
