using Failback.Testing.Changefeeds;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.Dialects.Tests.Simulation;

/// <summary>
/// One random history through the engine: every consistent moment and the end equal the model, and every event is accounted for.
/// </summary>
internal static class SimulationCheck
{
    public static TheoryData<int> Seeds(int first, int count) => [.. RandomRun.Seeds(count, first)];

    public static async Task RunAsync(ITestOutputHelper output, int seed, SimulationOptions options)
    {
        RandomRun run = RandomRun.Create(seed);
        output.WriteLine(run.ToString());
        await using TestDatabase database = await TestDatabase.CreateAsync(prefix: "sim");
        var checker = new ModelChecker(
            database.ConnectionString, run.History, EngineSimulation.Schema, EngineSimulation.Failback, EngineSimulation.Staging);
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
        output.WriteLine(
            $"{report.Snapshots} consistent snapshots at {report.Timestamps} timestamps, {simulation.Crashes} owners replaced, "
                + $"{simulation.Fenced} zombies fenced, {simulation.RowsSent} rows sent");
        output.WriteLine(
            "letters: "
            + await database.ScalarAsync<string>(
                $"SELECT string_agg(concat_ws(' ', n, state, table_name, error_code, error_message), '; ') FROM (SELECT count(*) n, "
                    + $"state, table_name, error_code, error_message FROM {EngineSimulation.Staging}.pending_mutation GROUP BY 2, 3, 4, "
                    + $"5) l"));
        Assert.Empty(report.Differences.Take(5));
        Assert.Empty((await checker.EndStateAsync()).Take(5));
        Assert.Empty(await checker.AccountingAsync());
        decimal received = await database.ScalarAsync<decimal>($"SELECT sum(received) FROM {EngineSimulation.Staging}.checkpoint");
        Assert.True(received >= simulation.RowsSent, $"{simulation.RowsSent} rows sent, {received} accounted for");
    }
}
