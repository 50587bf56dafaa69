using System.Text.Json.Nodes;
using Failback.Hosting.Security;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Cockroach;

/// <summary>
/// Changefeeds that control did not make, at a sink that asks for tokens: one whose requests would be refused is not taken for one that
/// serves the failback.
/// </summary>
public sealed class AdoptedFeedTests : IAsyncLifetime
{
    private const string Tables = "CREATE TABLE t (id bigint PRIMARY KEY)";
    private FailbackStack? _stack;
    private CockroachSource? _source;
    private TestDatabase? _target;

    private FailbackStack Stack => _stack!;

    private CockroachSource Source => _source!;

    private TestDatabase Target => _target!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(
            string.IsNullOrEmpty(Environment.GetEnvironmentVariable("FAILBACK_TEST_POSTGRES_URL")),
            "FAILBACK_TEST_POSTGRES_URL is not set: run the tests with ./test.sh");
        _stack = await FailbackStack.StartAsync(new StackOptions(WebhookAuthentication: true));
        // Feeds that are refused for a while try soon again.
        _source = await CockroachSource.CreateAsync(Tables + "; SET CLUSTER SETTING changefeed.max_retry_backoff = '1s'");
        _target = await TestDatabase.CreateAsync();
        await _target.ExecuteAsync(Tables);
    }

    public async ValueTask DisposeAsync()
    {
        if (_stack is not null) await _stack.DisposeAsync();
        if (_source is not null) await _source.DisposeAsync();
        if (_target is not null) await _target.DisposeAsync();
    }

    [Fact]
    public async Task A_feed_is_taken_over_as_it_is_only_if_the_sink_takes_what_it_shows()
    {
        // A node that is refused twenty times in a minute is not listened to: what is taken comes first.
        await WithHeaderAsync();
        await LeftBehindAsync();
        await WithoutTokenAsync();
    }

    // Made by a control that has lost it: it shows a token that nobody knows any more, and tells how far it came.
    private async Task LeftBehindAsync()
    {
        ManagedFailback failback = await DefineAsync("left");
        string first = await StartAsync(failback, "created");
        await Source.ExecuteAsync("INSERT INTO t VALUES (1)");
        await failback.CatchUpAsync();
        Source.StandIn.Hooks.Asked = static _ => throw new IOException("the cluster is away");
        await Stack.Client.DeleteAsync("left");
        Source.StandIn.Hooks.Asked = static _ => Task.CompletedTask;
        Assert.Equal([first], await Source.LiveJobsAsync());
        await Source.ExecuteAsync("INSERT INTO t VALUES (2)");

        failback = await DefineAsync("left");
        string second = await StartAsync(failback, "recreated");
        Assert.Equal([second], await Source.LiveJobsAsync());
        await failback.CatchUpAsync();
        Assert.Equal(3, await CountAsync());
        Assert.Equal(second, await StartAsync(failback, "adopted"));
        await Stack.Client.DeleteAsync("left");
    }

    // Made by hand without a token: where another would have to begin only the operator knows.
    private async Task WithoutTokenAsync()
    {
        string cursor = (await Source.ColumnAsync("SELECT cluster_logical_timestamp()::STRING"))[0];
        await Source.ExecuteAsync("INSERT INTO t VALUES (3)");
        string job = await CreateAsync("bare", "initial_scan='yes'");
        await Source.ExecuteAsync($"PAUSE JOB {job}");
        ManagedFailback failback = await DefineAsync("bare");
        string refusal = (await Assert.ThrowsAsync<HttpRequestException>(failback.StartAsync)).Message;
        Assert.Contains("409", refusal, StringComparison.Ordinal);
        Assert.Contains("foreign_changefeed", refusal, StringComparison.Ordinal);
        Assert.Contains("changefeed.cursor", refusal, StringComparison.Ordinal);
        Assert.Equal([job], await Source.LiveJobsAsync());
        Assert.Equal("created", (await failback.ShowAsync()).GetProperty("state").GetString());

        failback = await DefineAsync("bare", new JsonObject { ["cursor"] = cursor });
        string next = await StartAsync(failback, "recreated");
        Assert.Equal([next], await Source.LiveJobsAsync());
        await failback.CatchUpAsync();
        Assert.Equal(4, await CountAsync());
        await Stack.Client.DeleteAsync("bare");
    }

    // Made by hand with a token that the definition gives.
    private async Task WithHeaderAsync()
    {
        string header = "Bearer " + BearerTokens.Create();
        string job = await CreateAsync("header", $"initial_scan='no', webhook_auth_header='{header}'");
        ManagedFailback failback = await DefineAsync(
            "header", new JsonObject { ["webhookAuth"] = "header", ["webhookAuthHeader"] = header });
        Assert.Equal(job, await StartAsync(failback, "adopted"));
        await Source.ExecuteAsync("INSERT INTO t VALUES (0)");
        await failback.CatchUpAsync();
        Assert.Equal(1, await CountAsync());
        await Stack.Client.DeleteAsync("header");
    }

    private async Task<ManagedFailback> DefineAsync(string name, JsonObject? more = null)
    {
        var failback = new ManagedFailback(Stack, name, Source, Target);
        JsonObject feed = ManagedFailback.Feed(Stack.Webhook("/").Port);
        feed["webhookPath"] = Path(name);
        foreach ((string key, JsonNode? value) in more ?? []) feed[key] = value!.DeepClone();
        await failback.DefineAsync("public", "t", feed);
        return failback;
    }

    private static async Task<string> StartAsync(ManagedFailback failback, string action)
    {
        System.Text.Json.JsonElement answer = await failback.StartAsync();
        Assert.Equal(action, answer.GetProperty("action").GetString());
        return answer.GetProperty("changefeed").GetProperty("jobId").GetString()!;
    }

    private async Task<string> CreateAsync(string name, string options) => (await Source.ColumnAsUserAsync(
        $"CREATE CHANGEFEED FOR TABLE t INTO "
            + $"'webhook-https://localhost:{Stack.Webhook("/").Port}{Path(name)}?insecure_tls_skip_verify=true' WITH updated, "
            + $"full_table_name, resolved='200ms', min_checkpoint_frequency='200ms', {options}"))[0];

    private Task<long> CountAsync() => Target.ScalarAsync<long>("SELECT count(*) FROM t");

    private static string Path(string name) => $"/{name}/public";
}
