using System.Text.Json.Nodes;
using Failback.Contracts.Api;
using Failback.Contracts.Words;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Cockroach;

/// <summary>
/// Checks before a start on real servers and the stand-in for CockroachDB. What a target alone can be found wrong with, the dialects' tests
/// provoke.
/// </summary>
[Collection(CockroachCollection.Name)]
public sealed class PreflightTests(StackFixture fixture)
{
    private const string Name = "preflight";

    // Everything at once; each row says what its finding comes from.
    private static readonly ExpectedFinding[] Mended =
    [
        new("settings_unreadable", "warning", "the user of source has no VIEWCLUSTERSETTING"),
        new("rangefeeds_disabled", "error", "kv.rangefeed.enabled = false"),
        new("external_connection_required", "error", "changefeed.permissions.require_external_connection_sink.enabled = true"),
        new("advisory_a162085", "warning", "release 25.2.0"),
        new("protection_short", "warning", "changefeed.protect_timestamp.max_age = 1h"),
        new("gc_ttl_short", "warning", "the default of 4 h; 1 h for one table"),
        new("changefeed_privilege", "error", "the user of source has SELECT on some tables only"),
        new("select_privilege", "warning", "and none on one"),
        new("no_key_at_source", "error", "keyless"),
        new("other_changefeed", "warning", "a changefeed on orders"),
        new("unknown_table", "error", "fresh is not in the target"),
        new("no_primary_key", "error", "bare has none in the target"),
        new("key_narrower", "warning", "lines: (id) in the target, (id, line) at the source"),
        new("key_wider", "info", "regions: (id, region) in the target, (id) at the source"),
        new("target_column_missing", "error", "orders.extra"),
        new("source_column_missing", "error", "orders.legacy"),
        new("null_values", "error", "orders.customer"),
        new("value_too_large", "error", "measures"),
        new("target_privilege", "error", "the user of target has no DELETE"),
        new("triggers", "warning", "a trigger on orders"),
        new("queue_policy", "error", "a policy with message-ttl"),
    ];

    private static readonly ExpectedFinding[] Told =
    [
        new("hidden_key_columns", "info", "sharded"),
        new("virtual_columns", "warning", "computed"),
        new("time_zones", "info", "measures.at"),
        new("table_not_at_source", "info", "leftover"),
        new("webhook_localhost", "warning", "the stack runs on this machine"),
        new("certificate_not_verified", "warning", "the default of the seed"),
    ];

    [Fact]
    public async Task Every_finding_is_gone_once_its_own_fix_was_run()
    {
        string suffix = Guid.NewGuid().ToString("N")[..8];
        (string reader, string writer) = ("feeder_" + suffix, "writer_" + suffix);
        await using CockroachSource source = await CockroachSource.CreateAsync(SourceTables(reader));
        await using TestDatabase target = await TestDatabase.CreateAsync();
        await target.ExecuteAsync(TargetTables(writer));
        var client = new PreflightClient(fixture.Stack, Name);
        try
        {
            await client.DefineAsync(new JsonObject
            {
                ["source"] = source.Url.Replace(new Uri(source.Url).UserInfo, reader + ":r", StringComparison.Ordinal),
                ["target"] = target.Url.Replace(new Uri(target.Url).UserInfo, writer + ":w", StringComparison.Ordinal),
                ["schemaFilter"] = "public",
                ["stagingSchema"] = target.StagingSchema,
                ["changefeed"] = ManagedFailback.Feed(fixture.Stack.Webhook("/").Port),
            });
            await fixture.Stack.Broker.SetPolicyAsync("impatient", @"^fb\.preflight\.", """{"message-ttl": 60000}""");
            await source.ExecuteAsync(
                $"""
                GRANT CHANGEFEED ON TABLE orders TO {reader}; SET SESSION AUTHORIZATION {reader};
                CREATE CHANGEFEED FOR TABLE orders INTO 'webhook-https://127.0.0.1:1/other?insecure_tls_skip_verify=true' WITH updated, resolved='1s';
                RESET SESSION AUTHORIZATION; SET CLUSTER SETTING kv.rangefeed.enabled = false;
                """);
            await RefusedAsync();
            (Dictionary<string, Check> seen, IReadOnlyList<Check> last, bool ready) = await MendAllAsync(
                client, source, target);
            foreach (ExpectedFinding expected in Mended.Concat(Told))
                Assert.True(
                    seen.ContainsKey($"{expected.Code} {expected.Severity}"),
                    $"no {expected.Code} of severity {expected.Severity}, from {expected.From}, in:\n{string.Join('\n', seen.Values)}");
            Assert.True(ready, string.Join('\n', last));
            Assert.DoesNotContain(
                last, finding => Mended.Any(expected => expected.Code == finding.Code && expected.Severity == Word.Of(finding.Severity)));

            await fixture.Stack.Client.ActAsync(Name, "start");
            await source.ExecuteAsync("INSERT INTO orders VALUES (2, NULL, NULL, 'y')");
            await Wait.UntilAsync(
                async () => await target.ScalarAsync<long>("SELECT count(*) FROM orders WHERE extra = 'y'") == 1, TimeSpan.FromSeconds(30),
                () => "the row did not arrive after everything was mended");
            await using var cli = new CliProcess(fixture.Stack, "preflight", Name);
            Assert.Equal(0, await cli.EndAsync());
            Assert.Contains("webhook_localhost", cli.Text, StringComparison.Ordinal);
        }
        finally
        {
            await client.DeleteAsync();
        }
    }

    [Fact]
    public async Task What_cannot_be_reached_is_a_finding()
    {
        var client = new PreflightClient(fixture.Stack, "unreached");
        await client.DefineAsync(new JsonObject
        {
            ["source"] = "postgresql://u:p@127.0.0.1:1/d",
            ["target"] = "postgres://u:p@127.0.0.1:1/d",
            ["changefeed"] = ManagedFailback.Feed(Ports.Next()),
        });
        (IReadOnlyList<Check> checks, bool ready) = await client.RunAsync();
        Assert.False(ready);
        Assert.Superset(
            new HashSet<string> { "source_unavailable", "target_unavailable", "sink_unreachable" }, checks.Select(check => check.Code)
            .ToHashSet());
        await client.DeleteAsync();
    }

    // Errors refuse a start with all their codes; only a reason lets it go on, and then only past what it names.
    private async Task RefusedAsync()
    {
        string text = await RefusalAsync("start");
        foreach (string code in (string[])[
            "422", "unknown_table", "no_primary_key", "target_column_missing", "target_privilege", "queue_policy"])
            Assert.Contains(code, text, StringComparison.Ordinal);
        Assert.DoesNotContain("trigger audit", text, StringComparison.Ordinal);
        Assert.Contains("reason_missing", await RefusalAsync("start?codes=unknown_table"), StringComparison.Ordinal);
        text = await RefusalAsync("start?skip=we%20know&codes=unknown_table,queue_policy");
        Assert.Contains("no_primary_key", text, StringComparison.Ordinal);
        Assert.DoesNotContain("message-ttl", text, StringComparison.Ordinal);
    }

    private async Task<string> RefusalAsync(string action) =>
        (await Assert.ThrowsAsync<HttpRequestException>(() => fixture.Stack.Client.ActAsync(Name, action))).Message;

    // Some findings show only once others are mended: until nothing that names a fix is left.
    private static async Task<(Dictionary<string, Check> Seen, IReadOnlyList<Check> Last, bool Ready)> MendAllAsync(
        PreflightClient client, CockroachSource source, TestDatabase target)
    {
        var seen = new Dictionary<string, Check>(StringComparer.Ordinal);
        for (int round = 0; ; round++)
        {
            (IReadOnlyList<Check> checks, bool ready) = await client.RunAsync();
            foreach (Check check in checks) seen.TryAdd($"{check.Code} {Word.Of(check.Severity)}", check);
            Check[] open = [
                .. checks.Where(
                    check => Mended.Any(expected => expected.Code == check.Code && expected.Severity == Word.Of(check.Severity)))];
            if (open.Length == 0 || round == 5) return (seen, checks, ready);
            foreach (Check finding in open.DistinctBy(finding => finding.Fix)) await client.MendAsync(finding, source, target);
        }
    }

    private static string SourceTables(string reader) =>
        $"""
        CREATE TABLE orders (id bigint PRIMARY KEY, parent bigint, customer STRING, extra STRING);
        CREATE TABLE measures (id bigint PRIMARY KEY, small bigint, total decimal, note STRING, raw bytea, at timestamp, fine timestamptz);
        CREATE TABLE lines (id bigint, line bigint, PRIMARY KEY (id, line));
        CREATE TABLE regions (id bigint PRIMARY KEY, region STRING NOT NULL);
        CREATE TABLE bare (id bigint PRIMARY KEY);
        CREATE TABLE fresh (id bigint PRIMARY KEY, v STRING, n decimal(10,2), made timestamptz NOT NULL);
        CREATE TABLE keyless (rowid bigint PRIMARY KEY, id bigint NOT NULL);
        CREATE TABLE sharded (crdb_internal_id_shard_16 int, id bigint, PRIMARY KEY (crdb_internal_id_shard_16, id));
        CREATE TABLE computed (id bigint PRIMARY KEY, twice bigint GENERATED ALWAYS AS (id * 2) STORED);
        COMMENT ON COLUMN computed.twice IS 'VIRTUAL';
        INSERT INTO orders VALUES (1, 1, NULL, 'x');
        INSERT INTO measures VALUES (1, 5000000000, 1234.567, 'longer than ten', '\x0102', '2024-01-01', '2024-01-01 00:00:00.5Z');
        CREATE ROLE {reader} LOGIN PASSWORD 'r'; GRANT SELECT ON orders, measures, lines, regions, bare, fresh, sharded, computed TO {reader}; GRANT INSERT ON keyless TO {reader};
        ALTER TABLE regions CONFIGURE ZONE USING gc.ttlseconds = 3600;
        SET CLUSTER SETTING changefeed.permissions.require_external_connection_sink.enabled = true;
        SET CLUSTER SETTING changefeed.protect_timestamp.max_age = '1h';
        """;

    private static string TargetTables(string writer) =>
        $"""
        CREATE TABLE orders (id bigint PRIMARY KEY, parent bigint, customer text NOT NULL, legacy text NOT NULL);
        CREATE TABLE measures (id bigint PRIMARY KEY, small int, total numeric(6,2), note varchar(10), raw bytea, at timestamptz, fine timestamptz(0));
        CREATE TABLE lines (id bigint PRIMARY KEY, line bigint NOT NULL);
        CREATE TABLE regions (id bigint, region text, PRIMARY KEY (id, region));
        CREATE TABLE bare (id bigint NOT NULL);
        CREATE TABLE keyless (id bigint PRIMARY KEY);
        CREATE TABLE sharded (id bigint PRIMARY KEY);
        CREATE TABLE computed (id bigint PRIMARY KEY, twice bigint);
        CREATE TABLE leftover (id bigint PRIMARY KEY);
        CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER audit AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION noop();
        CREATE ROLE {writer} LOGIN PASSWORD 'w'; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO {writer};
        DO $$ BEGIN EXECUTE 'GRANT CREATE ON DATABASE ' || current_database() || ' TO {writer}'; END $$;
        """;
}
