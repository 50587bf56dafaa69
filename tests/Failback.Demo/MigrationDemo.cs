using System.Globalization;
using System.Text.Json.Nodes;
using Failback.Contracts.Api;
using Failback.Contracts;
using Failback.Testing.Captures;
using Failback.Testing.Processes;
using Failback.Testing.Users;

namespace Failback.Demo;

/// <summary>Replays recorded changefeed traffic into a fresh database through the running stack and compares the end.</summary>
internal sealed class MigrationDemo(DemoSettings settings, DemoView view)
{
    private const string CaptureName = "b_migration_docs_batching";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task<bool> RunAsync()
    {
        Capture capture = Capture.Load(CaptureName);
        CaptureTarget tables = CaptureTarget.For(CaptureName);
        // The database stays, so that it can be looked at afterwards; `./run.sh down --purge` removes the server.
        TestDatabase database = await TestDatabase.CreateAsync(settings.PostgresUrl, "demo");
        var target = new PostgresTarget(database.ConnectionString, tables);
        await target.CreateAsync(capture);
        view.Say(
            $"database {database.Name}: schema {tables.Schema} with {string.Join(", ", tables.Tables)}, "
                + $"{capture.AtFeedStart.Values.Sum(t => t.Rows.Count)} rows from before the cutover");

        string name = database.Name.Replace('_', '-');
        using var control = new ControlClient(settings.ControlUrl, settings.ApiToken);
        await control.DefineAsync(name, Definition(database, tables));
        string path = await control.StartAsync(name);
        view.Say(
            $"failback {name} is started; its changefeed is {CaptureName}: {capture.Requests.Count} requests, "
                + $"{capture.Requests.Sum(r => r.Rows)} rows, recorded from CockroachDB");

        using HttpClient sender = WebhookClient.Create();
        // One request about every 50 ms, so that something can be seen.
        var replayer = new CaptureReplayer(
            sender, new Uri(settings.SinkUrl, path))
        { BeforeRequest = _ => Task.Delay(50), GiveUpAfter = Patience };
        long began = TimeProvider.System.GetTimestamp();
        await view.WatchAsync(
            ReplayAsync(replayer, control, name, capture), replayer, capture.Requests.Count, () => TablesAsync(control, name));
        TimeSpan elapsed = TimeProvider.System.GetElapsedTime(began);

        IReadOnlyList<string> differences = await target.CompareAsync(capture);
        foreach (string difference in differences.Take(20)) view.Say(difference);
        bool equal = differences.Count == 0;
        view.Verdict(equal, equal
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"EQUAL: {capture.Final.Values.Sum(t => t.Rows.Count)} rows of {tables.Tables.Count} tables are what CockroachDB had at "
                    + $"the end of the recording ({elapsed.TotalSeconds:0.0} s)")
            : $"DIFFERENT: {differences.Count} differences");
        return equal;
    }

    private static async Task ReplayAsync(CaptureReplayer replayer, ControlClient control, string name, Capture capture)
    {
        await replayer.ReplayAsync(capture.Requests);
        await control.WaitAppliedAsync(name, capture.LastResolved, Patience);
    }

    private static async Task<IReadOnlyList<TableResource>> TablesAsync(ControlClient control, string name)
    {
        try
        {
            return await control.TablesAsync(name);
        }
        catch (Exception e) when (BrokenCall.IsWithoutResult(e))
        {
            // Control may be restarted while the rows flow; the next look shows them again.
            return [];
        }
    }

    private JsonObject Definition(TestDatabase database, CaptureTarget tables) => new()
    {
        ["target"] = UserUrl.Of(
            new UriBuilder(settings.TargetServerUrl) { Path = "/" + database.Name }.Uri.AbsoluteUri, new Uri(database.Url)),
        ["schemaFilter"] = tables.Schema,
        ["tableFilter"] = string.Join('|', tables.Tables.Select(t => TableName.Parse(t).Table)),
        ["mode"] = "consistent",
        ["bestEffortWindow"] = "0s",
        ["changefeed"] = new JsonObject { ["managed"] = false },
    };
}
