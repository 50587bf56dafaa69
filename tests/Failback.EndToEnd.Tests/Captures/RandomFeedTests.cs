using System.Text;
using System.Text.Json.Nodes;
using Failback.Testing.Changefeeds;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Captures;

/// <summary>
/// Random databases with random histories through the processes; whatever the target shows as consistent is what the source had at that
/// time.
/// </summary>
public sealed class RandomFeedTests(StackFixture fixture, ITestOutputHelper output) : IClassFixture<StackFixture>
{
    private const string Schema = "random_schema";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static TheoryData<int> Seeds => [.. RandomRun.Seeds(8, first: 1000)];

    [Theory, MemberData(nameof(Seeds))]
    public async Task Every_consistent_moment_and_the_end_equal_the_model(int seed)
    {
        RandomRun run = RandomRun.Create(seed);
        output.WriteLine(run.ToString());
        await using TestDatabase database = await TestDatabase.CreateAsync();
        string name = $"random-{seed}";
        var checker = new ModelChecker(database.ConnectionString, run.History, Schema, name, FailbackStack.StagingSchema);
        await checker.CreateTargetAsync(seed: !run.Options.InitialScan);
        Uri webhook = await fixture.Stack.StartFailbackAsync(
            name, database, Schema, string.Join('|', run.History.Schema.Tables.Select(t => t.Name)), new JsonObject
            {
                ["tables"] = new JsonArray([.. run.History.Schema.Tables.Select(t => new JsonObject
            {
                ["source"] = $"{Schema}.{t.Name}",
                ["target"] = $"{Schema}.{t.Name}",
                ["key"] = new JsonArray([.. t.SourceKey.Select(k => (JsonNode)k)]),
            })]),
            });

        using var stop = new CancellationTokenSource();
        Task<SnapshotReport> watching = checker.WatchAsync(stop.Token);
        using HttpClient client = fixture.Stack.WebhookClient();
        foreach (FeedRequest request in run.Requests) await PostAsync(client, webhook, request.Body());
        try
        {
            await fixture.Stack.Client.WaitAppliedAsync(name, run.History.EndTime, Patience);
        }
        finally
        {
            await stop.CancelAsync();
        }

        SnapshotReport report = await watching;
        output.WriteLine($"{report.Snapshots} snapshots at {report.Timestamps} timestamps");
        Assert.Empty(report.Differences.Take(10));
        Assert.Empty((await checker.EndStateAsync()).Take(10));
        Assert.Empty(await checker.AccountingAsync());
        await fixture.Stack.Client.DeleteAsync(name);
    }

    private static async Task PostAsync(HttpClient client, Uri webhook, string body)
    {
        string refusal = "";
        await Wait.UntilAsync(async () =>
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using HttpResponseMessage answer = await client.PostAsync(webhook, content);
            refusal = $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
            return answer.IsSuccessStatusCode;
        }, Patience, () => refusal);
    }
}
