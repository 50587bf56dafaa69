using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Failback.Contracts.Control;
using Failback.Messaging.ControlPlane;
using Failback.Testing.Processes;
using Failback.Testing.Security;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using Xunit;

namespace Failback.EndToEnd.Tests.Control;

/// <summary>The REST calls about failbacks, against the real process and a real broker; the target is played.</summary>
public sealed class FailbackCallTests : IAsyncLifetime
{
    private static readonly TargetTableSummary[] Tables = [
        new("shop", "orders", ["id"]), new("shop", "items", ["order_id", "line"]), new("other", "log", ["id"])];
    private ControlHarness _control = null!;

    public async ValueTask InitializeAsync() => _control = await ControlHarness.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        if (_control is not null) await _control.DisposeAsync();
    }

    [Fact]
    public async Task Defines_shows_changes_and_deletes()
    {
        (int status, JsonNode created, string? tag) = await _control.CallAsync(
            HttpMethod.Put, "failbacks/demo", ControlHarness.Definition());
        Assert.Equal(201, status);
        Assert.Equal("created", (string?)created["state"]);
        Assert.Equal("postgres://u:***@db.example:5432/shop", (string?)created["definition"]!["target"]);
        Assert.Matches("^https://sink\\.example:31004/feeds/demo/[A-Za-z0-9_-]{22,}$", (string?)created["webhookUrl"]);
        Assert.Matches("^_failback_[0-9]{19}$", (string?)created["stagingSchema"]);

        (status, JsonNode again, string? sameTag) = await _control.CallAsync(HttpMethod.Put, "failbacks/demo", ControlHarness.Definition());
        Assert.Equal((200, tag), (status, sameTag));
        (status, _, sameTag) = await _control.CallAsync(HttpMethod.Put, "failbacks/demo", again["definition"]!.DeepClone());
        Assert.Equal((200, tag), (status, sameTag));

        (status, JsonNode changed, string? newTag) = await _control.CallAsync(
            HttpMethod.Put, "failbacks/demo", ControlHarness.Definition("""{"mode":"immediate"}"""), tag);
        Assert.Equal(200, status);
        Assert.NotEqual(tag, newTag);
        Assert.Equal((string?)created["webhookUrl"], (string?)changed["webhookUrl"]);
        Assert.Equal((string?)created["stagingSchema"], (string?)changed["stagingSchema"]);
        (status, JsonNode stale, _) = await _control.CallAsync(HttpMethod.Put, "failbacks/demo", ControlHarness.Definition(), tag);
        Assert.Equal((412, "revision_mismatch"), (status, (string?)stale["code"]));

        JsonArray list = (await _control.ExpectAsync(200, HttpMethod.Get, "failbacks")).AsArray();
        Assert.Equal("immediate", (string?)Assert.Single(list)!["definition"]!["mode"]);
        await _control.ExpectAsync(204, HttpMethod.Delete, "failbacks/demo");
        await _control.RefusedAsync(404, "no_such_failback", HttpMethod.Get, "failbacks/demo");
        await _control.RefusedAsync(404, "no_such_failback", HttpMethod.Delete, "failbacks/demo");
    }

    [Fact]
    public async Task Start_answers_the_statement_and_everyone_learns_of_it()
    {
        IServiceProvider applier = await _control.FollowAsync("applier-postgres", Tables);
        using var authority = new TestAuthority();
        IssuedCertificate client = authority.Client();
        (string cert, string key, string ca) = (Parameter(client.Certificate), Parameter(client.PrivateKey), Parameter(authority.Pem));
        await _control.ExpectAsync(201, HttpMethod.Put, "failbacks/demo", ControlHarness.Definition($$$"""
            {"changefeed":{"managed":false,"webhookPath":"/migration_db/migration_schema","overrides":{"sink_query_parameters":"client_cert={{{cert}}}&client_key={{{key}}}&ca_cert={{{ca}}}","resolved":"5s"} } }
            """));

        JsonNode started = await _control.ExpectAsync(200, HttpMethod.Post, "failbacks/demo/start");

        Assert.Equal("https://sink.example:31004/migration_db/migration_schema", (string?)started["webhookUrl"]);
        Assert.StartsWith(
            $"CREATE CHANGEFEED FOR TABLE shop.items, shop.orders INTO "
                + $"'webhook-https://sink.example:31004/migration_db/migration_schema?client_cert={cert}&client_key=***&ca_cert={ca}' "
                + $"WITH updated, full_table_name, resolved='5s'",
            (string?)started["statement"],
            StringComparison.Ordinal);
        Assert.Equal(["shop.items", "shop.orders"], started["tables"]!.AsArray().Select(table => (string?)table!["source"]));
        var directory = applier.GetRequiredService<FailbackDirectory>();
        await Wait.UntilAsync(
            () => Task.FromResult(directory.Find("demo")?.State == RunState.Running), TimeSpan.FromSeconds(20),
            () => "the service heard nothing");
        FailbackSpec spec = directory.Find("demo")!;
        Assert.Equal(started["tables"]!.AsArray().Select(table => (string?)table!["queue"]), spec.Tables.Select(table => table.Queue));
        Assert.StartsWith("fb1.", spec.SealedTarget, StringComparison.Ordinal);
        Assert.All(await QueuesAsync([.. spec.Tables.Select(table => table.Queue), spec.UnknownTableQueue]), Assert.True);

        JsonNode repeated = await _control.ExpectAsync(200, HttpMethod.Post, "failbacks/demo/start");
        Assert.True(JsonNode.DeepEquals(started, repeated), "start repeated answers the same");
        Assert.DoesNotContain(
            key, (await _control.ExpectAsync(200, HttpMethod.Get, "failbacks/demo")).ToJsonString(), StringComparison.Ordinal);

        await _control.RefusedAsync(
            409, "fixed_field", HttpMethod.Put, "failbacks/demo", ControlHarness.Definition("""{"tableFilter":"orders"}"""));
        await _control.RefusedAsync(409, "started", HttpMethod.Delete, "failbacks/demo");
        await _control.ExpectAsync(204, HttpMethod.Delete, "failbacks/demo?force=true");
        await Wait.UntilAsync(
            () => Task.FromResult(directory.Find("demo") is null), TimeSpan.FromSeconds(20), () => "the service still has it");
        Assert.All(await QueuesAsync([.. spec.Tables.Select(table => table.Queue), spec.UnknownTableQueue]), Assert.False);
        foreach (string message in new[] {
            "starting replicator", "staging database name: " + spec.StagingSchema, "creating changefeed on the source CRDB database" })
            Assert.Contains($"\"message\":\"{message}\"", _control.Process.LogTail(1000), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_says_what_is_missing()
    {
        await _control.ExpectAsync(
            201, HttpMethod.Put, "failbacks/managed",
            ControlHarness.Definition("""{"source":"postgresql://r@127.0.0.1:1/d","changefeed":{"managed":true}}"""));
        await _control.RefusedAsync(503, "source_unavailable", HttpMethod.Post, "failbacks/managed/start");
        await _control.ExpectAsync(201, HttpMethod.Put, "failbacks/demo", ControlHarness.Definition("""{"tableFilter":"nothing"}"""));
        JsonNode silent = await _control.RefusedAsync(503, "no_applier", HttpMethod.Post, "failbacks/demo/start");
        Assert.Contains("applier-postgres", (string?)silent["remedy"], StringComparison.Ordinal);
        await _control.FollowAsync("applier-postgres", Tables);
        await _control.RefusedAsync(422, "no_tables", HttpMethod.Post, "failbacks/demo/start");
        Assert.Equal("created", (string?)(await _control.ExpectAsync(200, HttpMethod.Get, "failbacks/demo"))["state"]);
    }

    [Fact]
    public async Task Start_passes_on_why_the_target_cannot_be_read()
    {
        await _control.FollowAsync("applier-postgres", [], "the server refused the password");
        await _control.ExpectAsync(201, HttpMethod.Put, "failbacks/demo", ControlHarness.Definition());
        JsonNode problem = await _control.RefusedAsync(422, "target_unavailable", HttpMethod.Post, "failbacks/demo/start");
        Assert.Equal("the server refused the password", (string?)problem["detail"]);
    }

    [Fact]
    public async Task Pause_resume_and_stop_may_be_repeated_and_say_when_they_make_no_sense()
    {
        await _control.FollowAsync("applier-postgres", Tables);
        await _control.ExpectAsync(201, HttpMethod.Put, "failbacks/demo", ControlHarness.Definition());
        foreach (string call in new[] { "pause", "resume", "stop" })
            await _control.RefusedAsync(409, "wrong_state", HttpMethod.Post, $"failbacks/demo/{call}");
        await _control.ExpectAsync(200, HttpMethod.Post, "failbacks/demo/start");
        foreach (
            (string call, string state) in new[] {
                ("pause", "paused"), ("pause", "paused"), ("resume", "running"), ("resume", "running"), ("pause", "paused"),
                ("stop", "stopped"), ("stop", "stopped") })
            Assert.Equal(state, (string?)(await _control.ExpectAsync(200, HttpMethod.Post, $"failbacks/demo/{call}"))["state"]);
        await _control.RefusedAsync(409, "wrong_state", HttpMethod.Post, "failbacks/demo/resume");
        Assert.Equal("idle", (string?)(await _control.ExpectAsync(200, HttpMethod.Get, "failbacks/demo"))["activity"]);
        Assert.Equal("running", (string?)(await _control.ExpectAsync(200, HttpMethod.Post, "failbacks/demo/start"))["state"]);
    }

    [Fact]
    public async Task Refuses_bad_definitions_names_paths_and_tokens_with_problem_details()
    {
        JsonNode problem = await _control.RefusedAsync(
            422, "invalid_definition", HttpMethod.Put, "failbacks/demo", ControlHarness.Definition("""{"mode":"fast","extra":1}"""));
        Assert.Equal(["mode", "extra"], problem["errors"]!.AsArray().Select(error => (string?)error!["field"]));
        await _control.RefusedAsync(422, "invalid_name", HttpMethod.Put, "failbacks/Demo_1", ControlHarness.Definition());
        await _control.ExpectAsync(
            201, HttpMethod.Put, "failbacks/a", ControlHarness.Definition("""{"changefeed":{"managed":false,"webhookPath":"/a/b"}}"""));
        await _control.RefusedAsync(
            409, "webhook_path_taken", HttpMethod.Put, "failbacks/b",
            ControlHarness.Definition("""{"changefeed":{"managed":false,"webhookPath":"/a/b/"}}"""));
        Assert.Equal("not_found", (string?)(await _control.ExpectAsync(404, HttpMethod.Get, "nonsense"))["code"]);
        Assert.Equal("method_not_allowed", (string?)(await _control.ExpectAsync(405, HttpMethod.Patch, "failbacks/a"))["code"]);

        using var request = new HttpRequestMessage(HttpMethod.Get, "failbacks");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "wrong");
        using HttpResponseMessage refused = await _control.Client.SendAsync(request);
        Assert.Equal(401, (int)refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Describes_itself_in_openapi()
    {
        JsonNode document = JsonNode.Parse(await _control.Client.GetStringAsync(new Uri(_control.Url, "/openapi/v1.json")))!;
        Assert.StartsWith("3.1", (string?)document["openapi"], StringComparison.Ordinal);
        foreach (string path in new[] {
            "", "/{name}", "/{name}/start", "/{name}/pause", "/{name}/resume", "/{name}/stop", "/{name}/tables", "/{name}/tables/{table}",
            "/{name}/events" })
            Assert.NotNull(document["paths"]!["/api/v1/failbacks" + path]);
        string text = document.ToJsonString();
        foreach (string name in new[] { "sink_query_parameters", "tableExclusionFilter", "bestEffortWindow", "onUnknownTable" })
            Assert.Contains(name, text, StringComparison.Ordinal);
    }

    private static string Parameter(string pem) => Uri.EscapeDataString(Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(pem)));

    private async Task<bool[]> QueuesAsync(string[] queues)
    {
        await using IConnection connection = await new ConnectionFactory { Uri = _control.DirectBrokerUri }.CreateConnectionAsync();
        var there = new List<bool>();
        foreach (string queue in queues)
            there.Add(await Messaging.Topology.TableQueueTopology.CheckAsync(connection, queue, CancellationToken.None) is not null);
        return [.. there];
    }
}
