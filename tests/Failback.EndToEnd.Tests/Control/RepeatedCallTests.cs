using System.Text.Json.Nodes;
using Failback.Contracts.Control;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Control;

/// <summary>Calls with an Idempotency-Key, and calls that run as operations; control is killed in between.</summary>
public sealed class RepeatedCallTests : IAsyncLifetime
{
    private static readonly TargetTableSummary[] Tables = [new("shop", "orders", ["id"]), new("shop", "items", ["id"])];
    private static readonly (string, string) Async = ("Prefer", "respond-async");
    private ControlHarness _control = null!;

    public async ValueTask InitializeAsync() => _control = await ControlHarness.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        if (_control is not null) await _control.DisposeAsync();
    }

    [Fact]
    public async Task The_same_key_gets_the_first_answer_again_also_after_a_restart()
    {
        JsonObject definition = ControlHarness.Definition();
        Answer first = await CallAsync(HttpMethod.Put, "failbacks/demo", definition, Key("one"));
        Assert.Equal((201, false), (first.Status, first.Replayed));
        Assert.Equal(409, (await CallAsync(HttpMethod.Post, "failbacks/demo/pause", null, Key("refused"))).Status);
        await _control.ExpectAsync(200, HttpMethod.Put, "failbacks/demo", ControlHarness.Definition("""{ "mode": "immediate" }"""));
        await _control.Process.KillAsync();
        await _control.StartControlAsync();

        Answer again = await CallAsync(HttpMethod.Put, "failbacks/demo", definition, Key("one"));
        Assert.Equal((201, true, first.Body.ToJsonString()), (again.Status, again.Replayed, again.Body.ToJsonString()));
        Assert.Equal(first.Location, again.Location);
        Assert.Equal("immediate", (string?)(await _control.ExpectAsync(200, HttpMethod.Get, "failbacks/demo"))["definition"]!["mode"]);
        Answer refused = await CallAsync(HttpMethod.Post, "failbacks/demo/pause", null, Key("refused"));
        Assert.Equal((409, "wrong_state", true), (refused.Status, refused.Code, refused.Replayed));

        Answer other = await CallAsync(
            HttpMethod.Put, "failbacks/demo", ControlHarness.Definition("""{ "mode": "bestEffort" }"""), Key("one"));
        Assert.Equal((422, "idempotency_key_reused"), (other.Status, other.Code));
        Answer wrong = await CallAsync(HttpMethod.Put, "failbacks/demo", definition, Key("not a key"));
        Assert.Equal((400, "invalid_idempotency_key"), (wrong.Status, wrong.Code));
        string stored = string.Join('\n', Directory.GetFiles(_control.Folder, "control.db*").Select(ReadAll));
        Assert.DoesNotContain(ControlHarness.Secret, stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_in_use_is_refused_and_an_answer_that_may_change_is_not_kept()
    {
        await _control.ExpectAsync(201, HttpMethod.Put, "failbacks/demo", ControlHarness.Definition());
        // Nobody describes the target yet: the call takes the whole timeout, and meanwhile the other is refused.
        Answer[] both = await Task.WhenAll(
            Enumerable.Range(0, 2).Select(_ => CallAsync(HttpMethod.Post, "failbacks/demo/start", null, Key("slow"))));
        Assert.Equal([(409, "idempotency_in_flight"), (503, "no_applier")], both.Select(answer => (answer.Status, answer.Code!)).Order());
        await _control.FollowAsync("applier-postgres", Tables);
        Answer now = await CallAsync(HttpMethod.Post, "failbacks/demo/start", null, Key("slow"));
        Assert.Equal((200, false), (now.Status, now.Replayed));
    }

    [Fact]
    public async Task Work_that_is_not_waited_for_goes_on_as_an_operation()
    {
        await _control.ExpectAsync(201, HttpMethod.Put, "failbacks/demo", ControlHarness.Definition());
        Answer cancelled = await CallAsync(HttpMethod.Post, "failbacks/demo/start", null, Async);
        Assert.Equal((202, "start", "running"), (cancelled.Status, (string?)cancelled.Body["kind"], (string?)cancelled.Body["state"]));
        Assert.Equal(202, (await CallAsync(HttpMethod.Post, cancelled.Location + "/cancel")).Status);
        Assert.Equal("cancelled", (string?)(await EndAsync(cancelled))["state"]);
        Assert.Equal("operation_ended", (await CallAsync(HttpMethod.Post, cancelled.Location + "/cancel")).Code);

        Answer lost = await CallAsync(HttpMethod.Post, "failbacks/demo/start", null, Async);
        await Wait.UntilAsync(
            async () => (string?)(await CallAsync(HttpMethod.Get, lost.Location!)).Body["step"] != "begun", TimeSpan.FromSeconds(10),
            () => "its run does not begin");
        await _control.Process.KillAsync();
        await _control.StartControlAsync();
        await _control.FollowAsync("applier-postgres", Tables);
        JsonNode continued = await EndAsync(lost);
        Assert.Equal(("succeeded", "running"), ((string?)continued["state"], (string?)continued["result"]!["state"]));

        Answer started = await CallAsync(HttpMethod.Post, "failbacks/demo/start", null, Async, Key("start"));
        Assert.Equal(started.Location, (await CallAsync(HttpMethod.Post, "failbacks/demo/start", null, Async, Key("start"))).Location);
        JsonNode done = await EndAsync(started);
        Assert.Equal(
            ("succeeded", "running", 2),
            ((string?)done["state"], (string?)done["result"]!["state"], done["result"]!["tables"]!.AsArray().Count));
        JsonNode failed = await EndAsync(await CallAsync(HttpMethod.Delete, "failbacks/demo", null, Async));
        Assert.Equal(("failed", "started"), ((string?)failed["state"], (string?)failed["problem"]!["code"]));
        Assert.Equal(
            "succeeded", (string?)(await EndAsync(await CallAsync(HttpMethod.Delete, "failbacks/demo?force=true", null, Async)))["state"]);
        await _control.RefusedAsync(404, "no_such_failback", HttpMethod.Get, "failbacks/demo");

        Assert.Equal(5, (await CallAsync(HttpMethod.Get, "operations?failback=demo")).Body.AsArray().Count);
        Assert.Equal(3, (await CallAsync(HttpMethod.Get, "operations?state=succeeded")).Body.AsArray().Count);
        Assert.Equal(5, (await PagesAsync("operations?limit=2")).Distinct(StringComparer.Ordinal).Count());
        await _control.RefusedAsync(422, "invalid_page", HttpMethod.Get, "operations?limit=0");
        await _control.RefusedAsync(422, "invalid_filter", HttpMethod.Get, "operations?state=gone");
    }

    private static (string, string) Key(string key) => ("Idempotency-Key", key);

    private static string ReadAll(string file)
    {
        using var reader = new StreamReader(
            new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite), System.Text.Encoding.Latin1);
        return reader.ReadToEnd();
    }

    private Task<Answer> CallAsync(HttpMethod method, string path, JsonNode? body = null, params (string Name, string Value)[] headers) =>
        Answer.OfAsync(_control, method, path, body, headers);

    private async Task<JsonNode> EndAsync(Answer begun)
    {
        JsonNode last = begun.Body;
        await Wait.UntilAsync(
            async () => (string?)(last = (await CallAsync(HttpMethod.Get, begun.Location!)).Body)["state"] != "running",
            TimeSpan.FromSeconds(30), () => $"it goes on: {last}");
        return last;
    }

    private async Task<List<string>> PagesAsync(string path)
    {
        var ids = new List<string>();
        for (string? next = path; next is not null;)
        {
            Answer page = await CallAsync(HttpMethod.Get, next);
            Assert.InRange(page.Body.AsArray().Count, 1, 2);
            ids.AddRange(page.Body.AsArray().Select(entry => (string)entry!["id"]!));
            next = page.Link?.Split('<', '>')[1];
        }

        return ids;
    }
}
