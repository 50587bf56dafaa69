using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Failback.Contracts.Api;
using Failback.Contracts;
using Failback.Testing.Changefeeds;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Faults;

/// <summary>
/// One random database with its random history, posted by a changefeed to the running processes while a schedule of faults goes on; then
/// compared with the model.
/// </summary>
internal sealed class FaultRun(FaultedStack faulted, int seed, FaultProfile profile)
{
    private const string Schema = "model";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan FlipEvery = TimeSpan.FromSeconds(1);
    private static readonly string[] Modes = ["consistent", "bestEffort", "immediate"];

    private readonly RandomRun _run = RandomRun.Create(seed, new WorkloadOptions(250, 6), f => f with { MaxBatch = 20, Resolved = 120 });
    private readonly FaultSchedule _schedule = FaultSchedule.Next(new Random(seed), profile.Duration, profile.Kinds);
    private readonly string _name = $"faults-{seed}";
    private int _flips;

    /// <summary>Runs it; answers what happened in a few lines.</summary>
    public async Task<string> RunAsync(Action<string> print)
    {
        print($"{_run}\n{_schedule}\nreplay with FAILBACK_SEED={seed} FAILBACK_FAULTS='{profile}'");
        try
        {
            return await RunAsync();
        }
        catch (Exception)
        {
            print(faulted.Stack.Logs());
            throw;
        }
    }

    private async Task<string> RunAsync()
    {
        await using TestDatabase database = await faulted.CreateDatabaseAsync();
        var checker = new ModelChecker(database.ConnectionString, _run.History, Schema, _name, FailbackStack.StagingSchema);
        await checker.CreateTargetAsync(seed: !_run.Options.InitialScan);
        JsonObject definition = Definition();
        Uri webhook = await faulted.StartFailbackAsync(_name, database, Schema, Tables(), definition);
        using HttpClient client = faulted.Stack.WebhookClient();
        var poster = new FeedPoster(client, webhook);
        using var stop = new CancellationTokenSource();
        Task<SnapshotReport> watching = checker.WatchAsync(stop.Token, TimeSpan.FromMilliseconds(25));
        var clock = Stopwatch.StartNew();
        TimeSpan posted, applied;
        using var quiet = new CancellationTokenSource();
        Task faults = _schedule.RunAsync(faulted, quiet.Token);
        Task flips = profile.FlipModes ? FlipAsync(database, definition, quiet.Token) : Task.CompletedTask;
        try
        {
            await poster.PostAsync(_run.Requests, profile.Duration);
            posted = clock.Elapsed;
            await quiet.CancelAsync();
            await Task.WhenAll(faults, flips);
            await faulted.WaitReadyAsync();
            if (profile.FlipModes) await SetModeAsync(database, definition, Modes[0]);
            await WaitConsistentAsync(database, poster);
            applied = clock.Elapsed;
            await WaitAccountedAsync(poster.AcceptedRows);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException(
                $"{e.Message}\nlast refusal: {poster.LastRefusal}\n{string.Join('\n', (await checker.EndStateAsync()).Take(5))}", e);
        }
        finally
        {
            await stop.CancelAsync();
            // A schedule that goes on would break the stack of the next test.
            await quiet.CancelAsync();
            await Task.WhenAll(faults, flips).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        SnapshotReport report = await watching;
        Assert.Empty(report.Differences.Take(10));
        Assert.Empty((await checker.EndStateAsync()).Take(10));
        Assert.Empty(await checker.AccountingAsync());
        await faulted.Stack.Client.DeleteAsync(_name);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"seed {seed}: {_schedule.Count} faults, {_flips} changes of mode, {poster.AcceptedRows} rows, {poster.Refusals} requests "
                + $"repeated, posted in {posted.TotalSeconds:0.0} s, applied after {applied.TotalSeconds:0.0} s, "
                + $"{report.Snapshots} snapshots at {report.Timestamps} timestamps");
    }

    private string Tables() => string.Join('|', _run.History.Schema.Tables.Select(t => t.Name));

    private JsonObject Definition() => new()
    {
        ["mode"] = Modes[0],
        // Some runs fall behind their window now and then, catch up and return.
        ["bestEffortWindow"] = seed % 4 == 1 ? "6s" : "0s",
        ["tables"] = new JsonArray([.. _run.History.Schema.Tables.Select(t => new JsonObject
        {
            ["source"] = $"{Schema}.{t.Name}",
            ["target"] = $"{Schema}.{t.Name}",
            ["key"] = new JsonArray([.. t.SourceKey.Select(k => (JsonNode)k)]),
        })]),
    };

    private async Task FlipAsync(TestDatabase database, JsonObject definition, CancellationToken quiet)
    {
        var random = new Random(seed);
        while (!quiet.IsCancellationRequested)
        {
            await Task.Delay(FlipEvery, quiet)
                .ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            try
            {
                await SetModeAsync(database, definition, Modes[random.Next(Modes.Length)]);
                _flips++;
            }
            catch (Exception e) when (BrokenCall.IsWithoutResult(e))
            {
                // Control was killed, or could not reach the broker: the next second is another try.
                continue;
            }
        }
    }

    private Task SetModeAsync(TestDatabase database, JsonObject definition, string mode)
    {
        definition["mode"] = mode;
        return faulted.DefineAsync(_name, database, Schema, Tables(), definition);
    }

    /// <summary>
    /// Nothing goes wrong any more: one of the next resolved timestamps is a consistent state again, whatever the modes were.
    /// </summary>
    private async Task WaitConsistentAsync(TestDatabase database, FeedPoster poster)
    {
        HlcTimestamp last = _run.History.EndTime;
        await Wait.UntilAsync(async () =>
        {
            last = new HlcTimestamp(last.Wall + 1, 0);
            await poster.PostAsync([new FeedRequest([], last)], TimeSpan.Zero);
            await faulted.Stack.Client.WaitAppliedAsync(_name, last, Patience);
            return await database.ScalarAsync<bool>(
                $"select bool_and(consistent) from {FailbackStack.StagingSchema}.checkpoint where failback = '{_name}'");
        }, Patience, () => $"the target does not claim to be consistent as of {last}");
    }

    /// <summary>Every accepted row has come out somewhere, by the API's own figures.</summary>
    private async Task WaitAccountedAsync(long accepted)
    {
        IReadOnlyList<TableResource> tables = [];
        await Wait.UntilAsync(async () =>
        {
            tables = await faulted.Stack.Client.TablesAsync(_name);
            return tables.All(t => t.AddsUp && t.InFlight == 0 && t.DeadLettered == 0) && tables.Sum(t => t.Received) >= accepted;
        }, TimeSpan.FromSeconds(30), () => $"{accepted} rows were accepted, the counts do not add up:\n{string.Join('\n', tables)}");
    }
}
