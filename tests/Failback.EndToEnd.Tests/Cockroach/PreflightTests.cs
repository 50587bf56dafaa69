using System.Text.Json;
using System.Text.Json.Nodes;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Cockroach;

/// <summary>Checks before a start, each provoked on real servers and then mended by the statement it names.</summary>
[Collection(CockroachCollection.Name)]
public sealed class PreflightTests(StackFixture fixture)
{
    [Fact]
    public async Task Every_finding_is_gone_once_its_own_fix_was_run()
    {
        string suffix = Guid.NewGuid().ToString("N")[..8];
        string reader = "feeder_" + suffix;
        string writer = "writer_" + suffix;
        await using CockroachSource source = await CockroachSource.CreateAsync(
            $"""
            CREATE TABLE parents (id bigint PRIMARY KEY);
            CREATE TABLE orders (id bigint PRIMARY KEY, parent bigint, customer STRING, extra STRING);
            INSERT INTO parents VALUES (1); INSERT INTO orders VALUES (5000000000, 1, NULL, 'x');
            CREATE ROLE {reader} LOGIN PASSWORD 'r'; GRANT SELECT ON parents, orders TO {reader};
            SET CLUSTER SETTING kv.rangefeed.enabled = false; SET CLUSTER SETTING changefeed.permissions.require_external_connection_sink.enabled = true;
            """);
        await using TestDatabase target = await TestDatabase.CreateAsync();
        await target.ExecuteAsync(
            $"""
            CREATE TABLE parents (id bigint PRIMARY KEY);
            CREATE TABLE orders (id int PRIMARY KEY, parent bigint, customer text NOT NULL, legacy text NOT NULL DEFAULT '');
            ALTER TABLE orders ADD CONSTRAINT to_parents FOREIGN KEY (parent) REFERENCES parents NOT VALID;
            CREATE SEQUENCE order_ids OWNED BY orders.id;
            CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE TRIGGER audit BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION noop();
            CREATE ROLE {writer} LOGIN PASSWORD 'w'; GRANT SELECT, INSERT, UPDATE ON orders, parents TO {writer};
            ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
            """);
        try
        {
            var definition = new JsonObject
            {
                ["source"] = source.Url.Replace(new Uri(source.Url).UserInfo, reader + ":r", StringComparison.Ordinal),
                ["target"] = target.Url.Replace(new Uri(target.Url).UserInfo, writer + ":w", StringComparison.Ordinal),
                ["schemaFilter"] = "public",
                ["stagingSchema"] = target.StagingSchema,
                ["changefeed"] = ManagedFailback.Feed(fixture.Stack.Webhook("/").Port),
            };
            await fixture.Stack.Client.DefineAsync("preflight", definition);
            (Dictionary<string, JsonElement> found, bool ready) = await RunAsync();
            Assert.False(ready);
            Assert.Superset(
                new HashSet<string>
                {
                    "rangefeeds_disabled", "external_connection_required", "gc_ttl_short", "changefeed_privilege", "target_privilege", "staging_privilege", "triggers", "foreign_key_not_valid", "row_security",
                    "sequences", "value_too_large", "null_values", "target_column_missing", "webhook_localhost", "certificate_not_verified",
                },
                found.Keys.ToHashSet());

            // Fixes that need a word of the operator's are completed; the others run as they are.
            string[] atSource = ["rangefeeds_disabled", "external_connection_required", "gc_ttl_short"];
            foreach (string code in atSource) await source.ExecuteAsync(Fix(found[code]));
            foreach (JsonElement check in (await AllAsync()).Where(check => Code(check) == "changefeed_privilege")) await source.ExecuteAsync(Fix(check));
            foreach (JsonElement check in (await AllAsync()).Where(check => Code(check) is "target_privilege" or "staging_privilege" or "triggers" or "foreign_key_not_valid" or "row_security" or "value_too_large" or "null_values"))
                await target.ExecuteAsync(Fix(check));
            await target.ExecuteAsync(Fix(found["target_column_missing"]).Replace("…; or set onUnknownColumn to ignore", "text", StringComparison.Ordinal));

            (found, ready) = await RunAsync();
            Assert.True(ready, string.Join('\n', found.Values));
            string[] remaining = ["certificate_chain", "certificate_name", "certificate_not_verified", "connections", "sequences", "source_column_missing", "webhook_localhost"];
            Assert.Subset(remaining.ToHashSet(), found.Keys.ToHashSet());

            await fixture.Stack.Client.ActAsync("preflight", "start");
            await source.ExecuteAsync("INSERT INTO orders VALUES (2, NULL, NULL, 'y')");
            await Wait.UntilAsync(async () => await target.ScalarAsync<long>("SELECT count(*) FROM orders WHERE extra = 'y'") == 1, TimeSpan.FromSeconds(30), () => "the row did not arrive after everything was mended");
            await using var cli = new CliProcess(fixture.Stack, "preflight", "preflight");
            Assert.Equal(0, await cli.EndAsync());
            Assert.Contains("webhook_localhost", cli.Text, StringComparison.Ordinal);
        }
        finally
        {
            await fixture.Stack.Client.DeleteAsync("preflight");
        }
    }

    [Fact]
    public async Task What_cannot_be_reached_is_a_finding()
    {
        await fixture.Stack.Client.DefineAsync("unreached", new JsonObject
        {
            ["source"] = "postgresql://u:p@127.0.0.1:1/d",
            ["target"] = "postgres://u:p@127.0.0.1:1/d",
            ["changefeed"] = ManagedFailback.Feed(Ports.Next()),
        });
        JsonElement report = await fixture.Stack.Client.ActAsync("unreached", "preflight");
        Assert.Superset(
            new HashSet<string> { "source_unavailable", "target_unavailable", "sink_unreachable" },
            report.GetProperty("checks").EnumerateArray().Select(Code).ToHashSet());
        await fixture.Stack.Client.DeleteAsync("unreached");
    }

    private async Task<(Dictionary<string, JsonElement> Found, bool Ready)> RunAsync()
    {
        JsonElement report = await fixture.Stack.Client.ActAsync("preflight", "preflight");
        return (report.GetProperty("checks").EnumerateArray().DistinctBy(Code).ToDictionary(Code), report.GetProperty("ready").GetBoolean());
    }

    private async Task<IReadOnlyList<JsonElement>> AllAsync() =>
        [.. (await fixture.Stack.Client.ActAsync("preflight", "preflight")).GetProperty("checks").EnumerateArray()];

    private static string Code(JsonElement check) => check.GetProperty("code").GetString()!;

    private static string Fix(JsonElement check) => check.GetProperty("fix").GetString()!;
}
