using System.Text.Json.Nodes;
using Failback.Testing.Changefeeds;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Scripts;

/// <summary>
/// Random histories while the script's version changes every second and processes are killed around the switch: no row is lost, doubled or
/// overtaken.
/// </summary>
public sealed class ScriptSwitchTests(ScriptStackFixture fixture, ITestOutputHelper output) : IClassFixture<ScriptStackFixture>
{
    private const string Schema = "random_schema";
    private static readonly TimeSpan Traffic = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    // The same outcome by three ways: untouched, routed by name, and rebuilt by both stages.
    private static readonly string[] Scripts =
    [
        """
        import * as api from "failback@v1";
        api.source("random_schema", { upsert: (row: Record<string, unknown>) => row, remove: key => key });
        """,
        """
        import * as api from "replicator@v1";
        api.configureSource("random_schema", {
            dispatch: (doc: Record<string, unknown>, meta) => ({ [meta.table]: [doc] }),
            deletesTo: (key, meta) => ({ [meta.table]: [key] }),
        });
        """,
        """
        import * as api from "replicator@v2";
        api.configureTargetSchema("random_schema", {
            onRowUpsert: (row, meta) => ({ [`random_schema.${meta.table}`]: [{ ...row }] }),
            onRowDelete: (key, meta) => ({ [`random_schema.${meta.table}`]: [{ ...key }] }),
        });
        """,
    ];

    private FailbackStack Stack => fixture.Stack;

    [Theory]
    [InlineData(4100, "consistent", "applier")]
    [InlineData(4101, "consistent", "sink")]
    [InlineData(4102, "bestEffort", "sink")]
    [InlineData(4103, "bestEffort", "applier")]
    public async Task Versions_that_change_every_second_lose_and_double_nothing(int seed, string mode, string victim)
    {
        RandomRun run = RandomRun.Create(RandomRun.Seeds(1, seed).Single());
        output.WriteLine(run.ToString());
        await using TestDatabase database = await TestDatabase.CreateAsync();
        string name = $"switch-{seed}";
        var checker = new ModelChecker(database.ConnectionString, run.History, Schema, name, FailbackStack.StagingSchema);
        await checker.CreateTargetAsync(seed: !run.Options.InitialScan);
        Uri webhook = await Stack.StartFailbackAsync(
            name, database, Schema, string.Join('|', run.History.Schema.Tables.Select(t => t.Name)), new JsonObject
            {
                ["mode"] = mode,
                ["userscript"] = Scripts[0],
                ["tables"] = new JsonArray([.. run.History.Schema.Tables.Select(t => new JsonObject
            {
                ["source"] = $"{Schema}.{t.Name}",
                ["target"] = $"{Schema}.{t.Name}",
                ["key"] = new JsonArray([.. t.SourceKey.Select(k => (JsonNode)k)]),
            })]),
            });

        using var stop = new CancellationTokenSource();
        Task<SnapshotReport> watching = checker.WatchAsync(stop.Token);
        using var calm = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        Task<int> switching = SwitchAsync(name, victim, calm.Token);
        using HttpClient client = Stack.WebhookClient();
        var poster = new FeedPoster(client, webhook);
        try
        {
            await poster.PostAsync(run.Requests, Traffic, TestContext.Current.CancellationToken);
            await calm.CancelAsync();
            await switching;
            await Stack.Client.WaitAppliedAsync(name, run.History.EndTime, Patience);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{Stack.Logs()}", e);
        }
        finally
        {
            await stop.CancelAsync();
            // Kills that go on would meet the next test.
            await ((Task)switching).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        SnapshotReport report = await watching;
        output.WriteLine(
            $"{await switching} switches, {poster.Refusals} refusals, {report.Snapshots} snapshots at {report.Timestamps} timestamps");
        Assert.Empty(report.Differences.Take(10));
        Assert.Empty((await checker.EndStateAsync()).Take(10));
        Assert.Empty(await checker.AccountingAsync());
        await Stack.Client.DeleteAsync(name);
    }

    /// <summary>Another version every second; the victim is killed just before and just after a switch.</summary>
    private async Task<int> SwitchAsync(string name, string victim, CancellationToken stop)
    {
        int switches = 0;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                ServiceProcess? process = victim switch { "sink" => Stack.Sinks[0], "applier" => Stack.Appliers[0], _ => null };
                if (process is not null && switches % 3 == 1) await process.RestartAsync();
                switches++;
                await Stack.Client.SendAsync(
                    HttpMethod.Put, $"failbacks/{name}/scripts",
                    new JsonObject { ["source"] = Scripts[switches % Scripts.Length], ["activate"] = true });
                if (process is not null && switches % 3 == 0) await process.RestartAsync();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The traffic is over; what was sent can come to rest.
        }

        return switches;
    }
}
