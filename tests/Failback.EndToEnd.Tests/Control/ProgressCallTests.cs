using System.Text.Json.Nodes;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Messaging.ControlPlane;
using Failback.Testing.Processes;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Failback.EndToEnd.Tests.Control;

/// <summary>What services report and what the API makes of it.</summary>
public sealed class ProgressCallTests : IAsyncLifetime
{
    private static readonly string[] Names = ["shop.items", "shop.orders"];
    private ControlHarness _control = null!;

    public async ValueTask InitializeAsync() => _control = await ControlHarness.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        if (_control is not null) await _control.DisposeAsync();
    }

    [Fact]
    public async Task Shows_reports_per_table_and_in_total_drops_stale_ones_and_notices_silence()
    {
        ProgressReporter reporter = await StartedAsync();
        long now = HlcTimestamp.FromTime(TimeProvider.System.GetUtcNow()).Wall;
        string early = new HlcTimestamp(now - 5_000_000_000, 1).ToString();
        string late = new HlcTimestamp(now - 1_000_000_000, 0).ToString();

        reporter.Report(Report(2, (Names[0], 30, early), (Names[1], 12, late)));
        reporter.Report(
            new SinkProgress
            {
                Failback = "demo",
                Replica = "s1",
                AcceptedRows = 40,
                AcceptedRequests = 4,
                RejectedRequests = 1,
                Resolved = late,
                LastError = "unknown table x"
            });
        JsonNode resource = await UntilAsync(
            resource => (long?)resource["totals"]!["applied"] == 42 && (int?)resource["sink"]!["replicas"] == 1);
        Assert.Equal(early, (string?)resource["appliedResolved"]);
        Assert.InRange((double)resource["lagSeconds"]!, 4, 60);
        Assert.Equal("consistent", (string?)resource["activity"]);
        Assert.Equal((40, "unknown table x"), ((int)resource["sink"]!["acceptedRows"]!, (string?)resource["sink"]!["lastError"]));

        JsonNode table = await _control.ExpectAsync(200, HttpMethod.Get, "failbacks/demo/tables/shop.orders");
        Assert.Equal(
            (12, 15, 1, 0, 0, 2),
            ((int)table["applied"]!, (int)table["received"]!, (int)table["superseded"]!, (int)table["filtered"]!,
                (int)table["deadLettered"]!, (int)table["inFlight"]!));
        Assert.Equal((late, "running"), ((string?)table["appliedResolved"], (string?)table["state"]));
        Assert.StartsWith("fb.demo.", (string?)table["queue"], StringComparison.Ordinal);
        Assert.Equal(
            Names, (await _control.ExpectAsync(200, HttpMethod.Get, "failbacks/demo/tables")).AsArray()
            .Select(entry => (string?)entry!["table"]));
        await _control.RefusedAsync(404, "no_such_table", HttpMethod.Get, "failbacks/demo/tables/nothing");

        reporter.Report(Report(1, (Names[0], 999, late), (Names[1], 999, late)));
        reporter.Report(Report(3, (Names[0], 31, late), (Names[1], 13, late)));
        resource = await UntilAsync(resource => (long?)resource["totals"]!["applied"] != 42);
        Assert.Equal(44, (long?)resource["totals"]!["applied"]);

        resource = await UntilAsync(resource => (string?)resource["activity"] == "silent");
        Assert.Contains(resource["errors"]!.AsArray(), error => (string?)error!["code"] == "applier_silent");
        Assert.Equal("unknown", (string?)resource["condition"]!["state"]);
        Assert.Equal("silent", (string?)(await _control.ExpectAsync(200, HttpMethod.Get, "failbacks/demo/tables/orders"))["state"]);
    }

    [Fact]
    public async Task A_table_in_trouble_is_among_the_errors()
    {
        ProgressReporter reporter = await StartedAsync();
        ApplierProgress report = Report(2, (Names[0], 1, ""), (Names[1], 1, ""));
        reporter.Report(
            report with
            {
                Tables = [
                    report.Tables[0], report.Tables[1] with { State = TableState.Stopped, Error = "column x is missing: ALTER TABLE …" }]
            });
        JsonNode resource = await UntilAsync(resource => resource["errors"]!.AsArray().Any(IsStopped));
        JsonNode error = resource["errors"]!.AsArray().Single(IsStopped)!;
        Assert.Equal(Names[1], (string?)error["table"]);
        Assert.NotNull(error["since"]);
        Assert.NotNull(error["next"]);
        Assert.Null(resource["appliedResolved"]);
        Assert.Null(resource["lagSeconds"]);

        static bool IsStopped(JsonNode? error) => (string?)error!["code"] == "table_stopped";
    }

    [Fact]
    public async Task A_timestamp_of_the_future_is_a_trouble_while_a_sink_says_so()
    {
        ProgressReporter reporter = await StartedAsync();
        var sink = new SinkProgress { Failback = "demo", Replica = "s1", TimestampInFuture = "a resolved timestamp is ahead" };
        reporter.Report(sink);
        JsonNode resource = await UntilAsync(Warns);
        Assert.Contains("ahead", resource["errors"]!.AsArray().First(IsWarning)!.ToJsonString(), StringComparison.Ordinal);
        reporter.Report(sink with { TimestampInFuture = null });
        await UntilAsync(after => !Warns(after));

        static bool Warns(JsonNode resource) => resource["errors"]!.AsArray().Any(IsWarning);

        static bool IsWarning(JsonNode? error) => (string?)error!["code"] == "timestamp_in_future";
    }

    [Fact]
    public async Task Progress_survives_a_restart_of_control()
    {
        ProgressReporter reporter = await StartedAsync();
        reporter.Report(Report(7, (Names[0], 30, "5.0000000000"), (Names[1], 12, "6.0000000000")));
        await UntilAsync(resource => (long?)resource["totals"]!["applied"] == 42);
        Assert.Equal(0, await _control.Process.TerminateAsync());
        await _control.StopFollowersAsync();

        await _control.StartControlAsync();
        JsonNode resource = await _control.ExpectAsync(200, HttpMethod.Get, "failbacks/demo");
        Assert.Equal(42, (long?)resource["totals"]!["applied"]);
        Assert.Equal("5.0000000000", (string?)resource["appliedResolved"]);
        await UntilAsync(restarted => (string?)restarted["activity"] == "silent");
    }

    [Fact]
    public async Task Events_follow_the_failback_until_it_is_gone()
    {
        ProgressReporter reporter = await StartedAsync();
        using HttpResponseMessage answer = await _control.Client.GetAsync(
            new Uri("failbacks/demo/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var events = new List<(string Kind, JsonNode Data)>();
        Task reading = ReadAsync(reader, events);

        await Wait.UntilAsync(() => Task.FromResult(Count(events, "state") == 1), TimeSpan.FromSeconds(10), () => "no first event");
        reporter.Report(Report(2, (Names[0], 30, ""), (Names[1], 12, "")));
        await Wait.UntilAsync(() => Task.FromResult(Last(events, "progress") == 42), TimeSpan.FromSeconds(10), () => "no progress event");
        await _control.ExpectAsync(200, HttpMethod.Post, "failbacks/demo/pause");
        await Wait.UntilAsync(() => Task.FromResult(Count(events, "state") == 2), TimeSpan.FromSeconds(10), () => "no state event");
        await _control.ExpectAsync(204, HttpMethod.Delete, "failbacks/demo?force=true");
        await reading.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private static int Count(List<(string Kind, JsonNode Data)> events, string kind)
    {
        lock (events) return events.Count(e => e.Kind == kind);
    }

    private static long? Last(List<(string Kind, JsonNode Data)> events, string kind)
    {
        lock (events) return (long?)events.LastOrDefault(e => e.Kind == kind).Data?["totals"]?["applied"];
    }

    private static async Task ReadAsync(StreamReader reader, List<(string Kind, JsonNode Data)> events)
    {
        string kind = "";
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal)) kind = line[7..];
            if (!line.StartsWith("data: ", StringComparison.Ordinal)) continue;
            lock (events) events.Add((kind, JsonNode.Parse(line[6..])!));
        }
    }

    private static ApplierProgress Report(long epoch, params (string Table, long Applied, string Resolved)[] tables) => new()
    {
        Failback = "demo",
        Replica = "r1",
        Epoch = epoch,
        Activity = "consistent",
        Tables = [
            .. tables.Select(
                table => new TableProgress {
                    Table = table.Table, Received = table.Applied + 3, Applied = table.Applied, Superseded = 1, InFlight = 2,
                    AppliedResolved = table.Resolved, ReceivedResolved = table.Resolved })],
    };

    private async Task<ProgressReporter> StartedAsync()
    {
        IServiceProvider applier = await _control.FollowAsync(
            "applier-postgres", [new("shop", "orders", ["id"]), new("shop", "items", ["id"])]);
        await _control.ExpectAsync(201, HttpMethod.Put, "failbacks/demo", ControlHarness.Definition());
        await _control.ExpectAsync(200, HttpMethod.Post, "failbacks/demo/start");
        return applier.GetRequiredService<ProgressReporter>();
    }

    private async Task<JsonNode> UntilAsync(Func<JsonNode, bool> condition)
    {
        JsonNode resource = new JsonObject();
        await Wait.UntilAsync(
            async () => condition(resource = await _control.ExpectAsync(200, HttpMethod.Get, "failbacks/demo")),
            TimeSpan.FromSeconds(20),
            () => resource.ToJsonString());
        return resource;
    }
}
