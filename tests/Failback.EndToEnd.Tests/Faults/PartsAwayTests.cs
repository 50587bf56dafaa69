using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Failback.Contracts;
using Failback.Testing.Changefeeds;
using Failback.Testing.Processes;
using Npgsql;
using Xunit;

namespace Failback.EndToEnd.Tests.Faults;

/// <summary>
/// Each part of the stack goes away in turn: within fifteen seconds the failback says which one, and once the part is back it says that all
/// is well.
/// </summary>
[Collection(FaultedStackCollection.Name)]
public sealed class PartsAwayTests(FaultedStack faulted, ITestOutputHelper output)
{
    private const string Name = "parts";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>What happens, condition and code that are to be said.</summary>
    [Theory]
    [InlineData("sinks frozen", "unknown", "sink_silent")]
    [InlineData("appliers killed", "unknown", "applier_silent")]
    [InlineData("appliers frozen", "unknown", "applier_silent")]
    [InlineData("broker stopped", "unknown", "broker_unavailable")]
    [InlineData("target stopped", "held", "table_retrying")]
    [InlineData("source stopped", "held", "feed_lagging")]
    public async Task The_part_that_is_away_is_named_and_all_is_well_when_it_is_back(string fault, string state, string code)
    {
        await using TestDatabase database = await CreateAsync("create table parts.event (id int primary key)");
        Uri webhook = await faulted.StartFailbackAsync(Name, database, "parts", "event", []);
        await using LiveFeed feed = LiveFeed.Start(faulted, webhook, "event");
        await SaidAsync("all parts there", "ok", "up_to_date", Patience);
        if (fault == "source stopped")
        {
            await feed.StopAsync();
            await SaidAsync(fault, state, code, Soon);
            await using LiveFeed again = LiveFeed.Start(faulted, webhook, "event");
            await SaidAsync(fault + ", back", "ok", "up_to_date", Patience);
        }
        else
        {
            await using Outage outage = await BreakAsync(fault);
            await SaidAsync(fault, state, code, Soon);
            await outage.EndAsync();
            await SaidAsync(fault + ", back", "ok", "up_to_date", Patience);
        }

        // One of several replicas may still be on its way back when the failback is well.
        string left = "";
        await Wait.UntilAsync(
            async () => (left = (await ShowAsync()).GetProperty("errors").GetRawText()) == "[]", Soon, () => $"{fault} is over: {left}");
        // What is posted to a failback that is gone is refused for ever.
        await feed.StopAsync();
        await faulted.Stack.Client.DeleteAsync(Name);
    }

    [Fact]
    public async Task A_failback_whose_feed_was_never_made_is_not_well()
    {
        await using TestDatabase database = await CreateAsync("create table parts.event (id int primary key)");
        // A feed of an earlier failback of the same name is none of this one.
        await using TestDatabase former = await CreateAsync("create table parts.event (id int primary key)");
        Uri webhook = await faulted.StartFailbackAsync(Name, former, "parts", "event", []);
        await using (LiveFeed.Start(faulted, webhook, "event")) await SaidAsync("an earlier one", "ok", "up_to_date", Patience);
        await faulted.Stack.Client.DeleteAsync(Name);
        await faulted.StartFailbackAsync(Name, database, "parts", "event", []);
        JsonElement shown = await SaidAsync("no feed by hand", "held", "no_first_resolved", Soon);
        Assert.Equal("running", shown.GetProperty("state").GetString());
        await faulted.Stack.Client.DeleteAsync(Name);
    }

    /// <summary>Mode, and what becomes of a row whose parent is not there.</summary>
    [Theory]
    [InlineData("consistent", "rows_set_aside")]
    [InlineData("bestEffort", "rows_waiting")]
    public async Task A_row_without_its_parent_holds_the_failback_until_the_parent_comes(string mode, string code)
    {
        await using TestDatabase database = await CreateAsync(
            "create table parts.parent (id int primary key); "
                + "create table parts.child (id int primary key, parent int not null references parts.parent)");
        Uri webhook = await faulted.StartFailbackAsync(
            Name, database, "parts", "parent|child", new JsonObject { ["mode"] = mode });
        await PostAsync(webhook, new FeedRow("child", "[1]", """{"id": 1, "parent": 7}""", null, Now()));
        using var stop = new CancellationTokenSource();
        // A row waits as long as the feed has not said that its parent would be there by now.
        Task resolving = mode == "consistent" ? ResolveAsync(webhook, stop.Token) : Task.CompletedTask;
        JsonElement shown = await SaidAsync($"row without parent, {mode}", "held", code, Soon);
        JsonElement trouble = shown.GetProperty("errors").EnumerateArray().Single(error => error.GetProperty("code").GetString() == code);
        Assert.Equal((1, "parts.child"), (trouble.GetProperty("count").GetInt32(), trouble.GetProperty("table").GetString()));
        Assert.Contains("failback dlq list parts", trouble.GetProperty("next").GetString(), StringComparison.Ordinal);
        Assert.Contains("held at", trouble.GetProperty("message").GetString(), StringComparison.Ordinal);

        await database.ExecuteAsync("insert into parts.parent values (7)");
        if (mode == "consistent")
            await faulted.Stack.Client.SendAsync(
                HttpMethod.Post, $"failbacks/{Name}/dead-letters/replay", new JsonObject { ["filter"] = new JsonObject() });
        Task resolvingToo = mode == "consistent" ? Task.CompletedTask : ResolveAsync(webhook, stop.Token);
        await SaidAsync($"row without parent, {mode}, over", "ok", "up_to_date", Patience);
        await stop.CancelAsync();
        await Task.WhenAll(resolving, resolvingToo);
        await faulted.Stack.Client.DeleteAsync(Name);
    }

    [Fact]
    public async Task A_pause_is_said_to_be_done_only_when_the_frozen_owner_can_write_no_more()
    {
        await using TestDatabase database = await faulted.CreateDatabaseAsync();
        await using SteadyFeed feed = await SteadyFeed.StartAsync(faulted, database, "frozen-owner");
        await CommitsAsync(feed);
        (string name, _) = await feed.OwnerAsync();
        ServiceProcess owner = faulted.Stack.Appliers.Single(applier => applier.Name == name);
        ServiceProcess[] others = [.. faulted.Stack.Appliers.Where(applier => applier != owner)];
        List<Outage> frozen = [.. others.Select(applier => applier.Frozen()), owner.Frozen()];
        try
        {
            string asked = (await faulted.Stack.Client.ActAsync("frozen-owner", "pause")).GetProperty("state").GetString()!;
            Assert.Equal("pausing", asked);
            await Task.Delay(TimeSpan.FromSeconds(8));
            JsonElement shown = await faulted.Stack.Client.GetAsync("frozen-owner");
            Assert.Equal("pausing", shown.GetProperty("state").GetString());
            Assert.Contains(
                shown.GetProperty("errors").EnumerateArray(), error => error.GetProperty("code").GetString() == "not_acknowledged"
                    && error.GetProperty("message").GetString()!.Contains(owner.Name, StringComparison.Ordinal));

            // With others there, one of them makes sure that the frozen owner writes nothing; only then it is paused.
            foreach (Outage outage in frozen.Take(others.Length)) await outage.EndAsync();
            await StateAsync("frozen-owner", "paused");
            (_, long commits) = await feed.OwnerAsync();
            await frozen[^1].EndAsync();
            await Task.Delay(TimeSpan.FromSeconds(3));
            Assert.Equal(commits, (await feed.OwnerAsync()).Commits);
            Assert.Equal("paused", (await faulted.Stack.Client.GetAsync("frozen-owner")).GetProperty("state").GetString());
        }
        finally
        {
            foreach (Outage outage in frozen) await outage.DisposeAsync();
        }

        await faulted.Stack.Client.ActAsync("frozen-owner", "resume");
        Assert.Empty(await feed.FinishAsync(Patience));
    }

    private static HlcTimestamp Now() => HlcTimestamp.FromTime(TimeProvider.System.GetUtcNow());

    private async Task<TestDatabase> CreateAsync(string tables)
    {
        TestDatabase database = await faulted.CreateDatabaseAsync();
        await database.ExecuteAsync("create schema parts; " + tables);
        return database;
    }

    private async Task<Outage> BreakAsync(string fault)
    {
        ServiceProcess[] parts = fault.StartsWith("sinks", StringComparison.Ordinal)
            ? [.. faulted.Stack.Sinks]
            : [.. faulted.Stack.Appliers];
        switch (fault)
        {
            case "broker stopped":
                await faulted.Broker.StopAsync();
                return new Outage(faulted.Broker.StartAgainAsync, faulted.WaitReadyAsync);
            case "target stopped":
                await faulted.Database.StopAsync();
                return new Outage(faulted.Database.StartAgainAsync, () =>
                {
                    NpgsqlConnection.ClearAllPools();
                    return Task.CompletedTask;
                });
            case "appliers killed":
                foreach (ServiceProcess part in parts) await part.KillAsync();
                return new Outage(() => Task.Run(() => Array.ForEach(parts, part => part.Start())), faulted.WaitReadyAsync);
            default:
                foreach (ServiceProcess part in parts) part.Freeze();
                return new Outage(() => Task.Run(() => Array.ForEach(parts, part => part.Continue())), faulted.WaitReadyAsync);
        }
    }

    private async Task PostAsync(Uri webhook, FeedRow row)
    {
        using HttpClient client = faulted.Stack.WebhookClient();
        await new FeedPoster(client, webhook).PostAsync([new FeedRequest([row], null)], TimeSpan.Zero);
    }

    private async Task ResolveAsync(Uri webhook, CancellationToken stop)
    {
        using HttpClient client = faulted.Stack.WebhookClient();
        var poster = new FeedPoster(client, webhook);
        while (!stop.IsCancellationRequested)
        {
            // A request that is begun is ended: one cut in the middle would be a fault of its own.
            await poster.PostAsync([new FeedRequest([], Now())], TimeSpan.Zero, CancellationToken.None);
            await Task.Delay(500, stop).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    private Task<JsonElement> ShowAsync() => faulted.Stack.Client.GetAsync(Name);

    private async Task<JsonElement> SaidAsync(string fault, string state, string code, TimeSpan within)
    {
        var watch = Stopwatch.StartNew();
        JsonElement shown = default;
        await Wait.UntilAsync(
            async () =>
            {
                shown = await ShowAsync();
                JsonElement condition = shown.GetProperty("condition");
                return (condition.GetProperty("state").GetString(), condition.GetProperty("code").GetString()) == (state, code);
            }, within, () => $"{fault}: {shown}\n{faulted.Stack.Logs()}");
        string line = FormattableString.Invariant(
            $"{fault} -> {shown.GetProperty("state")}, {state} {code} after {watch.Elapsed.TotalSeconds:0.0} s: ")
            + shown.GetProperty("condition").GetProperty("what").GetString();
        output.WriteLine(line);
        // What was said is wanted in the log of a green run, too.
        Console.WriteLine(line);
        return shown;
    }

    private async Task StateAsync(string name, string state)
    {
        string last = "";
        await Wait.UntilAsync(
            async () => (last = (await faulted.Stack.Client.GetAsync(name)).GetProperty("state").GetString()!) == state, Patience,
            () => $"{name} is {last}\n{faulted.Stack.Logs()}");
    }

    private async Task CommitsAsync(SteadyFeed feed)
    {
        long first = (await feed.OwnerAsync()).Commits;
        await Wait.UntilAsync(async () => (await feed.OwnerAsync()).Commits > first + 2, Patience, () => faulted.Stack.Logs());
    }
}
