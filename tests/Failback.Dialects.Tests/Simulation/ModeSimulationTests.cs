using Failback.Contracts.Control;
using Xunit;

namespace Failback.Dialects.Tests.Simulation;

/// <summary>Random histories in the other modes and through changes of mode. A class of its own so that both run at once.</summary>
public sealed class ModeSimulationTests(ITestOutputHelper output)
{
    public static TheoryData<int> Seeds(int first, int count) => SimulationCheck.Seeds(first, count);

    [Theory, MemberData(nameof(Seeds), 301, 25)]
    public Task Best_effort_table_by_table(int seed) => SimulationCheck.RunAsync(output, seed, new SimulationOptions { Mode = ApplyMode.BestEffort });

    [Theory, MemberData(nameof(Seeds), 401, 15)]
    public Task Immediate_table_by_table(int seed) => SimulationCheck.RunAsync(output, seed, new SimulationOptions { Mode = ApplyMode.Immediate });

    [Theory, MemberData(nameof(Seeds), 501, 30)]
    public Task Modes_that_change_all_the_time(int seed) => SimulationCheck.RunAsync(output, seed, new SimulationOptions { FlipModes = true, FaultsPerThousand = 40, Prefetch = 20 });

    [Theory, MemberData(nameof(Seeds), 601, 8)]
    public Task A_backlog_older_than_the_best_effort_window(int seed) => SimulationCheck.RunAsync(output, seed, new SimulationOptions { Age = TimeSpan.FromHours(2) });
}
