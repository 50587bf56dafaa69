using System.Text.Json;
using System.Text.Json.Nodes;
using Failback.Contracts.Api;
using Failback.Contracts.Words;
using Failback.Testing.Processes;
using Npgsql;
using Xunit;

namespace Failback.EndToEnd.Tests.Cockroach;

/// <summary>Findings whose fix is not a statement: they are provoked one after the other, and what provoked them is taken back.</summary>
[Collection(CockroachCollection.Name)]
public sealed class PreflightSceneTests(StackFixture fixture)
{
    private static readonly (ExpectedFinding Expected, string Change)[] Definitions =
    [
        (new("no_source_tables", "error", "a filter"), """{"tableFilter": "nothing"}"""),
        (new("no_tables", "error", "a filter, without a managed changefeed"),
            """{"tableFilter": "nothing", "changefeed": {"managed": false}}"""),
        (new("unknown_source_table", "error", "a name"), """{"tables": [{"source": "public.absent"}]}"""),
        (new("ambiguous_source_table", "error", "a name without schema"), """{"tables": [{"source": "twin"}]}"""),
        (new("ambiguous_table", "error", "a target without schema"), """{"tables": [{"source": "public.twin", "target": "twin"}]}"""),
        (new("shared_target", "error", "two tables into one"),
            """{"tables": [{"source": "public.t"}, {"source": "other.twin", "target": "public.t"}]}"""),
        (new("ambiguous_topic", "error", "a path that is taken over"),
            """{"tableFilter": "twin", "changefeed": {"webhookPath": "/migration_db/public"}}"""),
        (new("cursor_too_old", "error", "a cursor of 2017"),
            """{"tableFilter": "t", "changefeed": {"cursor": "1500000000000000000.0000000000"}}"""),
        (new("cursor_unreadable", "warning", "a cursor of 2096"),
            """{"tableFilter": "t", "changefeed": {"cursor": "4000000000000000000.0000000000"}}"""),
        (new("ca_cert_unreadable", "error", "base64 of something else"),
            """{"tableFilter": "t", "changefeed": {"overrides": {"sink_query_parameters": "ca_cert=bm90IGEgY2VydGlmaWNhdGU="}}}"""),
        (new("client_cert_unreadable", "error", "base64 of something else"),
            """{"tableFilter": "t", "changefeed": {"overrides": {"sink_query_parameters": "insecure_tls_skip_verify=true&client_cert=bm90IGEgY2VydGlmaWNhdGU="}}}"""),
    ];

    [Fact]
    public async Task A_definition_that_cannot_work_is_a_finding_of_its_own()
    {
        await using Pair pair = await Pair.CreateAsync(
            fixture, "CREATE SCHEMA other; CREATE TABLE t (id bigint PRIMARY KEY); CREATE TABLE twin (id bigint PRIMARY KEY); CREATE "
                + "TABLE other.twin (id bigint PRIMARY KEY);");
        foreach ((ExpectedFinding expected, string change) in Definitions)
        {
            await pair.DefineAsync(JsonNode.Parse(change)!.AsObject());
            Check found = Assert.Single(await pair.CodesAsync(expected.Code));
            Assert.Equal(expected.Severity, Word.Of(found.Severity));
        }

        await pair.DefineAsync(new JsonObject { ["tableFilter"] = "t" });
        Assert.Empty(await pair.CodesAsync([.. Definitions.Select(definition => definition.Expected.Code)]));
    }

    [Fact]
    public async Task Releases_families_clocks_and_a_replication_forward_are_found_at_the_source()
    {
        await using Pair pair = await Pair.CreateAsync(fixture, "CREATE TABLE t (id bigint PRIMARY KEY);");
        await pair.DefineAsync([]);
        (ExpectedFinding Expected, string Provoke, string TakeBack)[] scenes =
        [
            (new("advisory_a104309", "error", "a release"), "SET CLUSTER SETTING version = '23.1.14'",
                "SET CLUSTER SETTING version = '23.1.15'"),
            (new("advisory_a131639", "warning", "a release"), "SET CLUSTER SETTING version = '24.1.0'",
                "SET CLUSTER SETTING version = '24.1.1'"),
            (new("column_families", "error", "two families"), "INSERT INTO crdb_internal.family VALUES ('t', 'a', 'id'), ('t', 'b', 'v')",
                "DELETE FROM crdb_internal.family"),
            (new("ttl_deletes_hidden", "error", "deletes of row-level TTL that are not sent"),
                "INSERT INTO crdb_internal.storage_parameter VALUES ('t', 'ttl = ''on'', ttl_expire_after = ''30 days'':::INTERVAL, "
                    + "ttl_disable_changefeed_replication = true')",
                "DELETE FROM crdb_internal.storage_parameter"),
            (new("forward_replication", "error", "a staging schema of Replicator with progress"),
                "CREATE SCHEMA _replicator_1; CREATE TABLE _replicator_1.memo (k text PRIMARY KEY); INSERT INTO _replicator_1.memo "
                    + "VALUES ('p')", "DROP SCHEMA _replicator_1 CASCADE"),
            (new("clock_skew", "warning", "a clock that is a minute ahead"), Clock("1 minute"), Clock("0 minutes")),
        ];
        foreach ((_, string provoke, _) in scenes.Skip(1)) await pair.Source.ExecuteAsync(provoke);
        await CheckAsync(pair, scenes[1..]);
        await pair.Source.ExecuteAsync(scenes[0].Provoke);
        await CheckAsync(pair, scenes[..1]);
        foreach ((_, _, string takeBack) in scenes) await pair.Source.ExecuteAsync(takeBack);
        foreach ((ExpectedFinding expected, _, _) in scenes) Assert.Empty(await pair.CodesAsync(expected.Code));
    }

    [Fact]
    public async Task A_cascade_that_the_source_lacks_is_an_error_until_its_fix_was_run()
    {
        await using Pair pair = await Pair.CreateAsync(
            fixture,
            "CREATE TABLE p (id bigint PRIMARY KEY); CREATE TABLE c (id bigint PRIMARY KEY, p bigint); "
                + "CREATE TABLE d (id bigint PRIMARY KEY, p bigint REFERENCES p ON DELETE CASCADE);",
            "CREATE TABLE p (id bigint PRIMARY KEY); CREATE TABLE c (id bigint PRIMARY KEY, p bigint REFERENCES p ON DELETE SET NULL); "
                + "CREATE TABLE d (id bigint PRIMARY KEY, p bigint REFERENCES p ON DELETE CASCADE);");
        await pair.DefineAsync([]);
        Check found = Assert.Single(await pair.CodesAsync("cascade_not_at_source"));
        Assert.Equal((Severity.Error, "public.c"), (found.Severity, found.Table));
        await pair.Client.MendAsync(found, pair.Source, pair.Target);
        Assert.Empty(await pair.CodesAsync("cascade_not_at_source"));
    }

    [Fact]
    public async Task A_table_without_key_at_the_source_is_well_where_the_target_keeps_the_rowid()
    {
        await using Pair pair = await Pair.CreateAsync(
            fixture, "CREATE TABLE t (rowid bigint PRIMARY KEY, v text);", "CREATE TABLE t (id bigint PRIMARY KEY, v text);");
        await pair.DefineAsync([]);
        string[] codes = ["no_key_at_source", "source_column_missing", "hidden_key_columns", "no_primary_key", "unknown_table"];
        IReadOnlyList<Check> found = await pair.CodesAsync(codes);
        Assert.Equal(
            ["no_key_at_source", "source_column_missing"],
            found.Select(check => check.Code).Order(StringComparer.Ordinal));
        Assert.All(found, check => Assert.DoesNotContain("DROP NOT NULL", check.Fix ?? "", StringComparison.Ordinal));
        await pair.Target.ExecuteAsync("ALTER TABLE t DROP COLUMN id");
        found = await pair.CodesAsync(codes);
        Check keyless = Assert.Single(found);
        Assert.Equal("no_primary_key", keyless.Code);
        await pair.Client.MendAsync(keyless, pair.Source, pair.Target);
        Assert.Equal((Severity.Info, "hidden_key_columns"), (Assert.Single(found = await pair.CodesAsync(codes)).Severity, found[0].Code));
        await pair.Target.ExecuteAsync("DROP TABLE t");
        await pair.Client.MendAsync(Assert.Single(await pair.CodesAsync(codes)), pair.Source, pair.Target);
        Assert.Equal("hidden_key_columns", Assert.Single(await pair.CodesAsync(codes)).Code);
    }

    [Fact]
    public async Task Values_that_cannot_be_read_in_time_are_said_to_be_unchecked()
    {
        await using Pair pair = await Pair.CreateAsync(
            fixture, "CREATE TABLE t (id bigint PRIMARY KEY, v bigint);", "CREATE TABLE t (id bigint PRIMARY KEY, v int);");
        await pair.DefineAsync([]);
        await using var locker = new NpgsqlConnection(pair.Source.ServerConnectionString);
        await locker.OpenAsync();
        await using (NpgsqlTransaction transaction = await locker.BeginTransactionAsync())
        {
            await using var command = new NpgsqlCommand("LOCK TABLE t IN ACCESS EXCLUSIVE MODE", locker, transaction);
            await command.ExecuteNonQueryAsync();
            JsonElement operation = await fixture.Stack.Client.SendAsync(
                HttpMethod.Post, "failbacks/scene/preflight", null, ("Prefer", "respond-async"));
            await ProgressAsync(operation.GetProperty("id").GetString()!);
        }

        Assert.Empty(await pair.CodesAsync("values_not_checked"));
    }

    [Fact]
    public async Task Another_failback_on_the_same_table_refuses_the_start()
    {
        await using Pair pair = await Pair.CreateAsync(fixture, "CREATE TABLE t (id bigint PRIMARY KEY);");
        await using var rival = new Pair(fixture, "rival", pair.Source, pair.Target, owns: false);
        await rival.DefineAsync(new JsonObject { ["stagingSchema"] = "_failback_rival" });
        await fixture.Stack.Client.ActAsync("rival", "start");
        await pair.DefineAsync([]);
        IReadOnlyList<Check> found = [];
        await Wait.UntilAsync(
            async () => (found = await pair.CodesAsync("other_failback", "shared_target")).Count == 2, TimeSpan.FromSeconds(20),
            () => string.Join('\n', found));
        Assert.All(found, finding => Assert.Equal((Severity.Error, "failback stop rival"), (finding.Severity, finding.Fix)));
        await pair.Client.MendAsync(found[0], pair.Source, pair.Target);
        await Wait.UntilAsync(
            async () => (found = await pair.CodesAsync("other_failback", "shared_target")).Count == 0, TimeSpan.FromSeconds(30),
            () => string.Join('\n', found));
    }

    // While the table is locked its values are waited for; then the operation has the report as its result.
    private async Task ProgressAsync(string id)
    {
        JsonElement now = default;
        async Task<JsonElement> LookAsync() => now = await fixture.Stack.Client.SendAsync(HttpMethod.Get, $"operations/{id}", null);
        await Wait.UntilAsync(
            async () => (await LookAsync()).GetProperty("step")
            .GetString()!.StartsWith("checking the values of ", StringComparison.Ordinal), TimeSpan.FromSeconds(20), () => $"{now}");
        Assert.Equal((4, 7), (now.GetProperty("done").GetInt32(), now.GetProperty("total").GetInt32()));
        await Wait.UntilAsync(
            async () => (await LookAsync()).GetProperty("state").GetString() == "succeeded", TimeSpan.FromSeconds(20), () => $"{now}");
        Assert.Equal(
            ("checked", 7, 7),
            (now.GetProperty("step").GetString(), now.GetProperty("done").GetInt32(), now.GetProperty("total").GetInt32()));
        JsonElement check = Assert.Single(
            now.GetProperty("result").GetProperty("checks").EnumerateArray(), check => check.GetProperty("code")
            .GetString() == "values_not_checked");
        Assert.Equal("info", check.GetProperty("severity").GetString());
    }

    private static async Task CheckAsync(Pair pair, IReadOnlyList<(ExpectedFinding Expected, string, string)> scenes)
    {
        (IReadOnlyList<Check> checks, _) = await pair.Client.RunAsync();
        foreach ((ExpectedFinding expected, _, _) in scenes)
        {
            bool found = checks.Any(
                check => check.Code == expected.Code && Word.Of(check.Severity) == expected.Severity && check.Place == "source");
            Assert.True(found, $"no {expected} in:\n{string.Join('\n', checks)}");
        }
    }

    private static string Clock(string ahead) =>
        $"CREATE OR REPLACE FUNCTION crdb_internal.now_hlc() RETURNS numeric LANGUAGE sql VOLATILE AS $$ SELECT "
            + $"crdb_internal.hlc(clock_timestamp() + interval '{ahead}') $$";

    /// <summary>A source and a target with the same tables, and a failback between them.</summary>
    private sealed class Pair(StackFixture fixture, string name, CockroachSource source, TestDatabase target, bool owns = true)
        : IAsyncDisposable
    {
        public CockroachSource Source { get; } = source;

        public TestDatabase Target { get; } = target;

        public PreflightClient Client { get; } = new(fixture.Stack, name);

        public static async Task<Pair> CreateAsync(StackFixture fixture, string tables, string? targetTables = null)
        {
            CockroachSource source = await CockroachSource.CreateAsync(tables);
            TestDatabase target = await TestDatabase.CreateAsync();
            await target.ExecuteAsync(targetTables ?? tables);
            return new Pair(fixture, "scene", source, target);
        }

        public Task DefineAsync(JsonObject change)
        {
            var definition = new JsonObject { ["source"] = Source.Url, ["target"] = Target.Url, ["stagingSchema"] = Target.StagingSchema };
            JsonObject feed = ManagedFailback.Feed(fixture.Stack.Webhook("/").Port);
            foreach ((string key, JsonNode? value) in change["changefeed"]?.AsObject() ?? []) feed[key] = key == "overrides"
                ? Merged(feed[key]!.AsObject(), value!.AsObject())
                : value!.DeepClone();
            definition["changefeed"] = feed;
            foreach ((string key, JsonNode? value) in change.Where(pair => pair.Key != "changefeed")) definition[key] = value!.DeepClone();
            return Client.DefineAsync(definition);
        }

        public async Task<IReadOnlyList<Check>> CodesAsync(params string[] codes) =>
            [.. (await Client.RunAsync()).Checks.Where(check => codes.Contains(check.Code))];

        public async ValueTask DisposeAsync()
        {
            await Client.DeleteAsync();
            if (!owns) return;
            await Source.DisposeAsync();
            await Target.DisposeAsync();
        }

        private static JsonObject Merged(JsonObject all, JsonObject change)
        {
            var merged = (JsonObject)all.DeepClone();
            foreach ((string key, JsonNode? value) in change) merged[key] = value!.DeepClone();
            return merged;
        }
    }
}
