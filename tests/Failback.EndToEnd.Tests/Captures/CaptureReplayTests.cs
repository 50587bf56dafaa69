using System.Text.Json.Nodes;
using Failback.Contracts;
using Failback.EndToEnd.Tests.Faults;
using Failback.Testing.Captures;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Captures;

/// <summary>Every recorded changefeed over HTTPS through the running processes: the target is what CockroachDB had.</summary>
public sealed class CaptureReplayTests(StackFixture fixture) : IClassFixture<StackFixture>
{
    public static TheoryData<string> Names =>
        [.. Capture.Names.Except(["a_all_types", "f_schema_change", "i_bank", "k_alter_primary_key"], StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Names))]
    public async Task The_target_ends_as_the_source_did(string capture)
    {
        await using CaptureRun run = await CaptureRun.PrepareAsync(fixture.Stack, capture);
        await run.ReplayAsync();
        await run.VerifyAsync();
    }

    [Fact]
    public async Task Every_type_that_PostgreSQL_has_arrives_exactly_and_the_rest_is_a_dead_letter()
    {
        await using CaptureRun run = await CaptureRun.PrepareAsync(fixture.Stack, "a_all_types");
        await run.ReplayAsync();
        await run.VerifyAsync();
        string? letter = await run.Database.ScalarAsync<string>(
            $"select row_to_json(p)::text from {FailbackStack.StagingSchema}.pending_mutation p");
        Assert.Contains("22", letter ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Columns_added_renamed_widened_and_dropped_end_in_the_final_columns()
    {
        await using CaptureRun run = await CaptureRun.PrepareAsync(
            fixture.Stack, "f_schema_change", new JsonObject { ["onUnknownColumn"] = "ignore" });
        await run.ReplayAsync();
        await run.VerifyAsync();
    }

    [Fact]
    public async Task Rules_for_columns_go_from_the_definition_to_the_target()
    {
        await using TestDatabase database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync(
            "create schema s; create table s.accounts (account_no bytea primary key, open char(1), origin text, balance bigint)");
        JsonObject columns = new()
        {
            ["id"] = new JsonObject { ["rename"] = "account_no", ["uuidByteOrder"] = "swapped" },
            ["open"] = new JsonObject { ["booleanWords"] = new JsonObject { ["true"] = "Y", ["false"] = "N" } },
            ["origin"] = new JsonObject { ["constant"] = "crdb" },
            ["note"] = new JsonObject { ["ignore"] = true },
        };
        JsonObject tables = new() { ["tables"] = new JsonArray(new JsonObject { ["source"] = "s.accounts", ["columns"] = columns }) };
        Uri webhook = await fixture.Stack.StartFailbackAsync("column-rules", database, "s", "accounts", tables);
        using HttpClient client = fixture.Stack.WebhookClient();
        foreach (string body in new[]
        {
            """{"payload":[{"topic":"accounts","key":["00112233-4455-6677-8899-aabbccddeeff"],"after":{"id":"00112233-4455-6677-8899-aabbccddeeff","open":true,"note":"x","balance":5},"updated":"1700000000000000001.0000000000"},{"topic":"accounts","key":["10112233-4455-6677-8899-aabbccddeeff"],"after":{"id":"10112233-4455-6677-8899-aabbccddeeff","open":false,"note":"x","balance":6},"updated":"1700000000000000001.0000000000"}],"length":2}""",
            """{"payload":[{"topic":"accounts","key":["10112233-4455-6677-8899-aabbccddeeff"],"after":null,"updated":"1700000000000000002.0000000000"}],"length":1}""",
            """{"resolved":"1700000000000000003.0000000000"}""",
        })
        {
            await Webhook.PostAsync(client, webhook, body);
        }

        await fixture.Stack.Client.WaitAppliedAsync(
            "column-rules", HlcTimestamp.Parse("1700000000000000003.0000000000"), TimeSpan.FromSeconds(30));
        Assert.Equal(
            "66774455001122338899aabbccddeeff/Y/crdb/5",
            await database.ScalarAsync<string>(
                "select string_agg(concat_ws('/', encode(account_no, 'hex'), open, origin, balance), ' ') from s.accounts"));
        await fixture.Stack.Client.DeleteAsync("column-rules");
    }
}
