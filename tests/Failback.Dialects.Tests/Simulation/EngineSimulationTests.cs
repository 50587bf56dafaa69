using Failback.Contracts.Control;
using Failback.Testing.Changefeeds;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.Dialects.Tests.Simulation;

/// <summary>Two hundred random histories: every consistent moment and the end equal the model, and every event is accounted for.</summary>
public sealed class EngineSimulationTests(ITestOutputHelper output)
{
    public static TheoryData<int> Seeds(int first, int count) => [.. RandomRun.Seeds(count, first)];

    [Theory, MemberData(nameof(Seeds), 1, 70)]
    public Task Consistent_windows_through_crashes(int seed) => CheckAsync(seed, new SimulationOptions());

    [Theory, MemberData(nameof(Seeds), 101, 30)]
    public Task Windows_larger_than_what_a_queue_may_have_out(int seed) => CheckAsync(seed, new SimulationOptions { Prefetch = 12 });

    [Theory, MemberData(nameof(Seeds), 201, 30)]
    public Task Windows_larger_than_memory(int seed) => CheckAsync(seed, new SimulationOptions { MemoryBytes = 12_000 });

    [Theory, MemberData(nameof(Seeds), 301, 25)]
    public Task Best_effort_table_by_table(int seed) => CheckAsync(seed, new SimulationOptions { Mode = ApplyMode.BestEffort });

    [Theory, MemberData(nameof(Seeds), 401, 15)]
    public Task Immediate_table_by_table(int seed) => CheckAsync(seed, new SimulationOptions { Mode = ApplyMode.Immediate });

    [Theory, MemberData(nameof(Seeds), 501, 30)]
    public Task Modes_that_change_all_the_time(int seed) => CheckAsync(seed, new SimulationOptions { FlipModes = true, FaultsPerThousand = 40, Prefetch = 20 });

    [Theory, MemberData(nameof(Seeds), 601, 8)]
    public Task A_backlog_older_than_the_best_effort_window(int seed) => CheckAsync(seed, new SimulationOptions { Age = TimeSpan.FromHours(2) });

    [Theory, MemberData(nameof(Seeds), 701, 12)]
    public Task Former_owners_that_wake_up_all_the_time(int seed) => CheckAsync(seed, new SimulationOptions { OnlyZombies = true, FaultsPerThousand = 60 });

    private async Task CheckAsync(int seed, SimulationOptions options)
    {
        RandomRun run = RandomRun.Create(seed);
        output.WriteLine(run.ToString());
        await using TestDatabase database = await TestDatabase.CreateAsync(prefix: "sim");
        var checker = new ModelChecker(database.ConnectionString, run.History, EngineSimulation.Schema, EngineSimulation.Failback, EngineSimulation.Staging);
        await checker.CreateTargetAsync(seed: !run.Options.InitialScan);
        using var stop = new CancellationTokenSource();
        Task<SnapshotReport> watching = checker.WatchAsync(stop.Token);
        await using var simulation = new EngineSimulation(run, options);
        try
        {
            await simulation.RunAsync(database);
        }
        finally
        {
            await stop.CancelAsync();
        }

        SnapshotReport report = await watching;
        output.WriteLine($"{report.Snapshots} consistent snapshots at {report.Timestamps} timestamps, {simulation.Crashes} owners replaced, {simulation.Fenced} zombies fenced, {simulation.RowsSent} rows sent");
        output.WriteLine("letters: " + await database.ScalarAsync<string>($"SELECT string_agg(concat_ws(' ', n, state, table_name, error_code, error_message), '; ') FROM (SELECT count(*) n, state, table_name, error_code, error_message FROM {EngineSimulation.Staging}.pending_mutation GROUP BY 2, 3, 4, 5) l"));
        Assert.Empty(report.Differences.Take(5));
        Assert.Empty((await checker.EndStateAsync()).Take(5));
        Assert.Empty(await checker.AccountingAsync());
        decimal received = await database.ScalarAsync<decimal>($"SELECT sum(received) FROM {EngineSimulation.Staging}.checkpoint");
        Assert.True(received >= simulation.RowsSent, $"{simulation.RowsSent} rows sent, {received} accounted for");
    }
}
