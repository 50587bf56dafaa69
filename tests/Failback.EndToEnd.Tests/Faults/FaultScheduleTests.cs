using Failback.Testing.Changefeeds;
using Xunit;

namespace Failback.EndToEnd.Tests.Faults;

/// <summary>Random histories through the processes while they, their servers and their connections fail at random.</summary>
public sealed class FaultScheduleTests(FaultedStack faulted, ITestOutputHelper output) : IClassFixture<FaultedStack>
{
    public static TheoryData<string, int> Runs =>
        new(FaultProfile.Suite.SelectMany((p, i) => RandomRun.Seeds(1, first: 3001 + i).Select(s => (p.Name, s))));

    public static TheoryData<int> Gaps => new(RandomRun.Seeds(1, first: 3101));

    [Theory, MemberData(nameof(Gaps))]
    public async Task What_goes_back_is_noticed_and_a_rewind_leads_to_the_model(int seed)
    {
        string report = await new GapRun(faulted, seed).RunAsync(output.WriteLine);
        output.WriteLine(report);
        Console.WriteLine(report);
    }

    [Theory, MemberData(nameof(Runs))]
    public async Task Every_consistent_moment_and_the_end_equal_the_model_through(string faults, int seed)
    {
        string report = await new FaultRun(faulted, seed, FaultProfile.All.Single(p => p.Name == faults)).RunAsync(output.WriteLine);
        output.WriteLine(report);
        // The figures are wanted in the log of a green run too.
        Console.WriteLine(report);
    }
}
