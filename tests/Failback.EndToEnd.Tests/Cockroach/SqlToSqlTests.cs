using System.Net;
using System.Text.Json;
using Failback.Contracts.Api;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Cockroach;

/// <summary>From SQL on the source to SQL on the target, through a changefeed that control manages; CockroachDB is the stand-in.</summary>
[Collection(CockroachCollection.Name)]
public sealed class SqlToSqlTests(StackFixture fixture)
{
    private const string SourceTables =
        """
        CREATE SCHEMA migration_schema;
        CREATE TABLE migration_schema.employees (id bigint PRIMARY KEY, name STRING NOT NULL, salary decimal(10,2), rate float8, tags text[], born date, seen timestamptz, doc jsonb, pic BYTES, ok bool);
        CREATE TABLE migration_schema.orders (region STRING, id bigint, total decimal(12,2), PRIMARY KEY (region, id));
        CREATE TABLE migration_schema.other (id bigint PRIMARY KEY);
        """;

    private const string TargetTables =
        """
        CREATE SCHEMA migration_schema;
        CREATE TABLE migration_schema.employees (id bigint PRIMARY KEY, name text NOT NULL, salary decimal(10,2), rate float8, tags text[], born date, seen timestamptz, doc jsonb, pic bytea, ok bool);
        CREATE TABLE migration_schema.orders (id bigint, region text, total decimal(12,2), PRIMARY KEY (id, region));
        CREATE TABLE migration_schema.other (id bigint PRIMARY KEY);
        """;

    private const string EmployeesAsText = "SELECT coalesce(string_agg(e::text, E'\\n' ORDER BY id), '') FROM migration_schema.employees e";
    private const string OrdersAsText =
        "SELECT coalesce(string_agg(concat_ws(',', region, id, total), E'\\n' ORDER BY region, id), '') FROM migration_schema.orders";

    [Fact]
    public async Task Rows_written_with_SQL_arrive_and_after_a_stop_the_next_start_goes_on_where_it_was()
    {
        await using CockroachSource source = await CockroachSource.CreateAsync(SourceTables);
        await using TestDatabase target = await TestDatabase.CreateAsync();
        await target.ExecuteAsync(TargetTables);
        var failback = new ManagedFailback(fixture.Stack, "sql-to-sql", source, target);
        await failback.DefineAsync("MIGRATION_SCHEMA", "employees|orders");
        JsonElement started = await failback.StartAsync();
        Assert.Equal("created", started.GetProperty("action").GetString());
        string first = started.GetProperty("changefeed").GetProperty("jobId").GetString()!;
        Assert.Equal([first], await source.LiveJobsAsync());

        await source.ExecuteAsync(
            """
            INSERT INTO migration_schema.employees VALUES
              (1, 'Ada "<&>" Ärger 😀', 1234.50, 100, ARRAY['a"b', NULL, ''], '0044-03-15 BC', '2024-02-29 23:59:59.123456+00', '{"a": [1, 2.50, null]}', '\x00ff', true),
              (2, 'Bob', NULL, 'NaN', '{}', 'infinity', NULL, NULL, '\x', false), (9007199254740993, 'big', 0.00, 1.5e-7, NULL, NULL, '0044-03-15 01:02:03+00 BC', '"text"', NULL, NULL);
            INSERT INTO migration_schema.orders SELECT 'eu', g, g * 1.25 FROM generate_series(1, 500) AS g;
            """);
        await source.ExecuteAsync(
            "BEGIN; UPDATE migration_schema.orders SET id = id + 1000 WHERE id <= 20; DELETE FROM migration_schema.orders WHERE id "
                + "BETWEEN 100 AND 120; UPDATE migration_schema.employees SET name = 'Ada' WHERE id = 1; COMMIT");
        await failback.CatchUpAsync();
        await EqualAsync(source, target);

        JsonElement again = await failback.StartAsync();
        Assert.Equal(
            ("adopted", first),
            (again.GetProperty("action").GetString(), again.GetProperty("changefeed").GetProperty("jobId").GetString()));
        Assert.Equal([first], await source.LiveJobsAsync());

        await failback.StopAsync();
        Assert.Empty(await source.LiveJobsAsync());
        await source.ExecuteAsync(
            "UPDATE migration_schema.orders SET total = total + 1 WHERE id > 400; DELETE FROM migration_schema.employees WHERE id = 2; "
                + "INSERT INTO migration_schema.orders VALUES ('us', 1, 7)");
        long before = (await fixture.Stack.Client.TablesAsync(failback.Name)).Sum(table => table.Received);
        JsonElement resumed = await failback.StartAsync();
        string second = resumed.GetProperty("changefeed").GetProperty("jobId").GetString()!;
        Assert.NotEqual(first, second);
        Assert.Equal([second], await source.LiveJobsAsync());
        await failback.CatchUpAsync();
        await EqualAsync(source, target);

        IReadOnlyList<TableResource> tables = await fixture.Stack.Client.TablesAsync(failback.Name);
        Assert.All(tables, table => Assert.True(table.AddsUp && table.DeadLettered == 0, $"{table}"));
        long repeated = tables.Sum(table => table.Received) - before - 122;
        Assert.True(repeated is >= 0 and < 60, $"122 rows were written while stopped, {repeated} more were sent: it began too early");
        await EndAsync(failback, source);
    }

    [Fact]
    public async Task Tables_are_added_and_removed_while_it_runs()
    {
        await using CockroachSource source = await CockroachSource.CreateAsync(SourceTables);
        await using TestDatabase target = await TestDatabase.CreateAsync();
        await target.ExecuteAsync(TargetTables);
        var failback = new ManagedFailback(fixture.Stack, "alter", source, target);
        await failback.DefineAsync("migration_schema", "orders");
        string job = (await failback.StartAsync()).GetProperty("changefeed").GetProperty("jobId").GetString()!;
        await source.ExecuteAsync("INSERT INTO migration_schema.orders VALUES ('eu', 1, 1)");
        await failback.CatchUpAsync();

        await failback.DefineAsync("migration_schema", "orders|other");
        Assert.Equal("altered", (await failback.StartAsync()).GetProperty("action").GetString());
        await source.ExecuteAsync("INSERT INTO migration_schema.other VALUES (1); INSERT INTO migration_schema.orders VALUES ('eu', 2, 2)");
        await failback.CatchUpAsync();
        Assert.Equal(1, await target.ScalarAsync<long>("SELECT count(*) FROM migration_schema.other"));

        await failback.DefineAsync("migration_schema", "other");
        Assert.Equal("altered", (await failback.StartAsync()).GetProperty("action").GetString());
        await source.ExecuteAsync("INSERT INTO migration_schema.orders VALUES ('eu', 3, 3); INSERT INTO migration_schema.other VALUES (2)");
        await failback.CatchUpAsync();
        Assert.Equal(
            (2L, 2L),
            (await target.ScalarAsync<long>("SELECT count(*) FROM migration_schema.other"),
                await target.ScalarAsync<long>("SELECT count(*) FROM migration_schema.orders")));
        Assert.Equal([job], await source.LiveJobsAsync());
        await EndAsync(failback, source);
    }

    [Fact]
    public async Task Refusals_of_the_cluster_name_the_remedy_and_nothing_looks_started()
    {
        await using CockroachSource source = await CockroachSource.CreateAsync(
            SourceTables + "SET CLUSTER SETTING kv.rangefeed.enabled = false");
        await using TestDatabase target = await TestDatabase.CreateAsync();
        await target.ExecuteAsync(TargetTables);
        var failback = new ManagedFailback(fixture.Stack, "refused", source, target);
        await failback.DefineAsync("migration_schema", "orders");
        await RefusedAsync(failback, HttpStatusCode.UnprocessableEntity, "rangefeeds_disabled");
        Assert.Equal("created", (await failback.ShowAsync()).GetProperty("state").GetString());
        await source.ExecuteAsync("SET CLUSTER SETTING kv.rangefeed.enabled = true");

        System.Text.Json.Nodes.JsonObject feed = ManagedFailback.Feed(fixture.Stack.Webhook("/").Port);
        feed["cursor"] = "2024-01-01T00:00:00Z";
        await failback.DefineAsync("migration_schema", "orders", feed);
        await RefusedAsync(failback, HttpStatusCode.Conflict, "cursor_too_old");
        await failback.DefineAsync("migration_schema", "orders|nothing_like_it");
        await failback.StartAsync();
        await failback.DefineAsync("nowhere", "orders");
        await RefusedAsync(failback, HttpStatusCode.UnprocessableEntity, "no_source_tables");
        await EndAsync(failback, source);
    }

    [Fact]
    public async Task A_feed_that_runs_but_delivers_nothing_is_reported_and_so_is_one_paused_by_others()
    {
        await using CockroachSource source = await CockroachSource.CreateAsync(SourceTables);
        await using TestDatabase target = await TestDatabase.CreateAsync();
        await target.ExecuteAsync(TargetTables);
        var failback = new ManagedFailback(fixture.Stack, "unreachable", source, target);
        await failback.DefineAsync("migration_schema", "orders", ManagedFailback.Feed(Ports.Next()));
        await failback.StartAsync();
        Assert.Contains(
            "not reachable from every CockroachDB node", await failback.TroubleAsync("changefeed_retrying"), StringComparison.Ordinal);
        Assert.Contains("although its job says running", await failback.TroubleAsync("no_first_resolved"), StringComparison.Ordinal);

        // Another address is another feed: the first is ended, the next begins where it was.
        await failback.DefineAsync("migration_schema", "orders");
        await source.ExecuteAsync("INSERT INTO migration_schema.orders VALUES ('eu', 1, 1)");
        Assert.Equal("recreated", (await failback.StartAsync()).GetProperty("action").GetString());
        await failback.CatchUpAsync();
        Assert.Equal(1, await target.ScalarAsync<long>("SELECT count(*) FROM migration_schema.orders"));
        string job = Assert.Single(await source.LiveJobsAsync());

        await source.ExecuteAsync($"PAUSE JOB {job}");
        Assert.Contains("call start", await failback.TroubleAsync("changefeed_paused"), StringComparison.Ordinal);
        Assert.Equal("adopted", (await failback.StartAsync()).GetProperty("action").GetString());
        await source.ExecuteAsync($"INSERT INTO migration_schema.orders VALUES ('eu', 2, 2)");
        await failback.CatchUpAsync();
        await source.ExecuteAsync($"CANCEL JOB {job}");
        await failback.TroubleAsync("changefeed_canceled");
        await source.ExecuteAsync($"INSERT INTO migration_schema.orders VALUES ('eu', 3, 3)");
        Assert.Equal("created", (await failback.StartAsync()).GetProperty("action").GetString());
        await failback.CatchUpAsync();
        Assert.Equal(3, await target.ScalarAsync<long>("SELECT count(*) FROM migration_schema.orders"));
        await EndAsync(failback, source);
    }

    [Fact]
    public async Task A_feed_made_by_hand_is_adopted_where_the_sink_asks_for_no_token()
    {
        await using CockroachSource source = await CockroachSource.CreateAsync("CREATE TABLE t (id bigint PRIMARY KEY)");
        await using TestDatabase target = await TestDatabase.CreateAsync();
        await target.ExecuteAsync("CREATE TABLE t (id bigint PRIMARY KEY)");
        int port = fixture.Stack.Webhook("/").Port;
        // Until the failback is started the sink knows no such path, and the feed tries ever more rarely.
        await source.ExecuteAsync("SET CLUSTER SETTING changefeed.max_retry_backoff = '1s'");
        string job =
            (await source.ColumnAsUserAsync(
                $"CREATE CHANGEFEED FOR TABLE t INTO 'webhook-https://localhost:{port}/by/hand?insecure_tls_skip_verify=true' WITH "
                    + $"updated, full_table_name, resolved='200ms', min_checkpoint_frequency='200ms', initial_scan='no'"))[0];
        System.Text.Json.Nodes.JsonObject feed = ManagedFailback.Feed(port);
        feed["webhookPath"] = "/by/hand";
        var failback = new ManagedFailback(fixture.Stack, "by-hand", source, target);
        await failback.DefineAsync("public", "t", feed);
        JsonElement started = await failback.StartAsync();
        Assert.Equal(
            ("adopted", job),
            (started.GetProperty("action").GetString(), started.GetProperty("changefeed").GetProperty("jobId").GetString()));
        await source.ExecuteAsync("INSERT INTO t VALUES (1)");
        await failback.CatchUpAsync();
        Assert.Equal(1, await target.ScalarAsync<long>("SELECT count(*) FROM t"));
        await EndAsync(failback, source);
    }

    private static async Task EqualAsync(CockroachSource source, TestDatabase target)
    {
        Assert.Equal((await source.ColumnAsync(EmployeesAsText))[0], await target.ScalarAsync<string>(EmployeesAsText));
        Assert.Equal((await source.ColumnAsync(OrdersAsText))[0], await target.ScalarAsync<string>(OrdersAsText));
    }

    private static async Task RefusedAsync(ManagedFailback failback, HttpStatusCode status, string code)
    {
        HttpRequestException refusal = await Assert.ThrowsAsync<HttpRequestException>(failback.StartAsync);
        Assert.Equal(status, refusal.StatusCode);
        Assert.Contains($"\"code\":\"{code}\"", refusal.Message, StringComparison.Ordinal);
    }

    private async Task EndAsync(ManagedFailback failback, CockroachSource source)
    {
        await fixture.Stack.Client.DeleteAsync(failback.Name);
        Assert.Empty(await source.LiveJobsAsync());
    }
}
