using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Messaging.ControlPlane;
using Failback.Testing.Processes;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Failback.EndToEnd.Tests.Control;

/// <summary>What happened to a failback: as a list, as a stream, and as a stream that goes on where an earlier one broke.</summary>
public sealed class EventCallTests : IAsyncLifetime
{
    private ControlHarness _control = null!;

    public async ValueTask InitializeAsync() => _control = await ControlHarness.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        if (_control is not null) await _control.DisposeAsync();
    }

    [Fact]
    public async Task A_stream_goes_on_where_the_last_one_broke_and_misses_nothing()
    {
        IServiceProvider applier = await _control.FollowAsync("applier-postgres", [new("shop", "orders", ["id"])]);
        await _control.ExpectAsync(201, HttpMethod.Put, "failbacks/demo", ControlHarness.Definition());
        string last = "";
        await foreach (SseItem<string> item in StreamAsync("failbacks/demo/events"))
        {
            last = item.EventId!;
            if (item.EventType == "state") break;
        }

        await _control.ExpectAsync(200, HttpMethod.Post, "failbacks/demo/start");
        await _control.ExpectAsync(200, HttpMethod.Post, "failbacks/demo/pause");
        await _control.Process.KillAsync();
        await _control.StartControlAsync();
        await _control.ExpectAsync(200, HttpMethod.Post, "failbacks/demo/resume");

        var happened = new List<string>();
        long before = long.Parse(last, System.Globalization.CultureInfo.InvariantCulture);
        await foreach (SseItem<string> item in StreamAsync("failbacks/demo/events?types=happened", last))
        {
            long id = long.Parse(item.EventId!, System.Globalization.CultureInfo.InvariantCulture);
            Assert.True(id > before, "ids grow");
            before = id;
            if ((string?)JsonNode.Parse(item.Data)!["type"] == "state") happened.Add((string)JsonNode.Parse(item.Data)!["message"]!);
            if (happened.Count == 3) break;
        }

        Assert.Equal(["created became running", "running became paused", "paused became running"], happened);
        applier.GetRequiredService<ProgressReporter>().Report(Report(dead: 3, "the disk is full"));
        JsonNode letters = await HappenedAsync("deadLetters");
        Assert.Equal(("shop.orders", 3), ((string?)letters["table"], (int?)letters["count"]));
        Assert.Equal("the disk is full", (string?)(await HappenedAsync("trouble", "table_retrying"))["message"]);
        applier.GetRequiredService<ProgressReporter>().Report(Report(dead: 3, null));
        await HappenedAsync("over", "table_retrying");

        // Killed and back, it tells nothing twice.
        await _control.Process.KillAsync();
        await _control.StartControlAsync();
        await Task.Delay(TimeSpan.FromSeconds(3));
        JsonArray history = (await _control.ExpectAsync(200, HttpMethod.Get, "failbacks/demo/history?limit=500")).AsArray();
        Assert.Single(history, one => (string?)one!["type"] == "deadLetters");
        Assert.Single(history, one => (string?)one!["code"] == "table_retrying" && (string?)one["type"] == "trouble");
        Assert.Equal(
            history.Select(one => (string?)one!["id"]).TakeLast(2),
            (await _control.ExpectAsync(200, HttpMethod.Get, "failbacks/demo/history?tail=2")).AsArray()
            .Select(one => (string?)one!["id"]));
        await _control.RefusedAsync(422, "invalid_filter", HttpMethod.Get, "failbacks/demo/events?types=nothing");
        await _control.RefusedAsync(422, "invalid_page", HttpMethod.Get, "failbacks/demo/history?after=x");

        await _control.ExpectAsync(204, HttpMethod.Delete, "failbacks/demo?force=true");
    }

    [Fact]
    public async Task Lists_come_in_pages()
    {
        foreach (string name in (string[])["a", "b", "c"])
            await _control.ExpectAsync(201, HttpMethod.Put, $"failbacks/{name}", ControlHarness.Definition());
        Answer first = await Answer.OfAsync(_control, HttpMethod.Get, "failbacks?limit=2&state=created");
        Assert.Equal(["a", "b"], first.Body.AsArray().Select(one => (string?)one!["name"]));
        Answer second = await Answer.OfAsync(_control, HttpMethod.Get, first.Link!.Split('<', '>')[1]);
        Assert.Equal(["c"], second.Body.AsArray().Select(one => (string?)one!["name"]));
        Assert.Null(second.Link);
        Assert.Empty((await Answer.OfAsync(_control, HttpMethod.Get, "failbacks?state=running")).Body.AsArray());
        await _control.RefusedAsync(422, "invalid_filter", HttpMethod.Get, "failbacks?state=lost");
        await _control.RefusedAsync(422, "invalid_page", HttpMethod.Get, "failbacks?limit=501");
    }

    private static ApplierProgress Report(long dead, string? error) => new()
    {
        Failback = "demo",
        Replica = "r1",
        Epoch = 1,
        Activity = "consistent",
        Tables = [
            new TableProgress {
                Table = "shop.orders", Received = 10, Applied = 10 - dead, DeadLettered = dead, State = error is null
                    ? TableState.Running
                    : TableState.Retrying, Error = error }],
    };

    private async IAsyncEnumerable<SseItem<string>> StreamAsync(string path, string? last = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (last is not null) request.Headers.Add("Last-Event-ID", last);
        using HttpResponseMessage answer = await _control.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        await foreach (SseItem<string> item in SseParser.Create(await answer.Content.ReadAsStreamAsync()).EnumerateAsync())
            yield return item;
    }

    private async Task<JsonNode> HappenedAsync(string type, string? code = null)
    {
        JsonNode? found = null;
        await Wait.UntilAsync(
            async () =>
            {
                JsonArray history = (await _control.ExpectAsync(200, HttpMethod.Get, "failbacks/demo/history?tail=500")).AsArray();
                found = history.FirstOrDefault(one => (string?)one!["type"] == type && (code is null || (string?)one["code"] == code));
                return found is not null;
            },
            TimeSpan.FromSeconds(10),
            () => $"no {type} {code}");
        return found!;
    }
}
