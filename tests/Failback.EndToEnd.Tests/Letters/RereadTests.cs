using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Failback.Contracts.Api;
using Failback.EndToEnd.Tests.Cockroach;
using Failback.EndToEnd.Tests.Drift;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Letters;

/// <summary>
/// Letters of a managed changefeed: what is shown of them, and the row read again from the source; the applier is killed in the middle.
/// </summary>
[Collection(CockroachCollection.Name)]
public sealed class RereadTests(StackFixture fixture)
{
    private const string Source =
        "CREATE TABLE things (id bigint PRIMARY KEY, n decimal(20,2), note STRING, seen timestamptz, raw BYTES, doc jsonb)";

    private FailbackStack Stack => fixture.Stack;

    [Theory, InlineData("postgres"), InlineData("mariadb")]
    public async Task A_letter_shows_the_target_and_is_settled_by_replay_reread_or_discard_whatever_dies(string product)
    {
        bool postgres = product == "postgres";
        await using SqlTarget target = await DriftStack.CreateAsync(Stack, product);
        await using CockroachSource source = await CockroachSource.CreateAsync(Source);
        await target.ExecuteAsync(postgres
            ? "CREATE TABLE things (id bigint PRIMARY KEY, n int NOT NULL, twice int GENERATED ALWAYS AS (id * 2) STORED, note "
                + "varchar(3), seen timestamptz, raw bytea, doc jsonb)"
            : "CREATE TABLE things (id bigint PRIMARY KEY, n int NOT NULL, twice int AS (id * 2) STORED, note varchar(3), seen "
                + "datetime(6), raw varbinary(10), doc json)");
        var failback = new ManagedFailback(Stack, $"reread-{product}", source, target.Database);
        await failback.DefineAsync("public", "things");
        await failback.StartAsync();
        await WriteAsync(source, 1, "1", "ok");
        await WriteAsync(source, 2, "2", "ok");
        await failback.CatchUpAsync();
        await source.ExecuteAsync("UPDATE things SET n = 3000000000 WHERE id = 1; UPDATE things SET note = 'too long' WHERE id = 2");
        await WriteAsync(source, 3, "3000000000", "ok");
        await WriteAsync(source, 4, "3000000000", "ok");
        Dictionary<string, long> letters = await LettersAsync(failback.Name, 4);

        JsonElement shown = await CallAsync(HttpMethod.Get, failback.Name, $"{letters["[1]"]}");
        JsonElement now = JsonDocument.Parse(shown.GetProperty("target").GetProperty("row").GetString()!).RootElement;
        Assert.Equal(
            (1L, 1L, 2L, "ok"),
            (now.GetProperty("id").GetInt64(), now.GetProperty("n").GetInt64(), now.GetProperty("twice").GetInt64(), now.GetProperty("note")
                .GetString()));
        Assert.Equal("\\x00ff", now.GetProperty("raw").GetString());
        Assert.Equal(1, now.GetProperty("doc").GetProperty("a")[0].GetInt32());
        Assert.Equal("twice", shown.GetProperty("target").GetProperty("generatedColumns")[0].GetString());
        Assert.False(shown.GetProperty("target").GetProperty("newerApplied").GetBoolean());
        string widen = Fix(shown);
        Assert.Contains("bigint", widen, StringComparison.Ordinal);
        Assert.DoesNotContain("3000000000", Stack.Appliers[0].LogTail(2000), StringComparison.Ordinal);

        // Of a row that the target does not have.
        Assert.False(
            (await CallAsync(HttpMethod.Get, failback.Name, $"{letters["[3]"]}")).GetProperty("target").TryGetProperty("row", out _));
        await target.ExecuteAsync(widen);
        JsonElement preview = await CallAsync(HttpMethod.Post, failback.Name, "reread", new JsonObject { ["preview"] = true });
        Assert.Equal((4, 0), (preview.GetProperty("matched").GetInt32(), preview.GetProperty("done").GetInt32()));

        // The letter's image is of no use: what counts is what the source has.
        await target.ExecuteAsync($"UPDATE {Letters(postgres, target)} SET after_json = '{{}}' WHERE id = {letters["[1]"]}");
        await using (var cli = new CliProcess(Stack, "dlq", "reread", failback.Name, letters["[1]"].ToString(CultureInfo.InvariantCulture)))
        {
            Assert.Equal(0, await cli.EndAsync());
            Assert.Contains("1 of 1", cli.Text, StringComparison.Ordinal);
        }

        await KillAppliersAsync();
        await UntilAsync(failback.Name, letters["[1]"], "applied");
        Assert.Equal("3000000000", await target.ScalarAsync("SELECT n FROM things WHERE id = 1"));
        Assert.Equal(
            "1", await target.ScalarAsync(
                postgres ? "SELECT count(*) FROM things WHERE id = 1 AND doc ->> 'a' = '[1, null]' AND raw = '\\x00ff' AND seen = "
                    + "'2024-02-29 23:59:59.5Z'"
                    : "SELECT count(*) FROM things WHERE id = 1 AND raw = x'00ff' AND seen = '2024-02-29 23:59:59.5'"));

        await CallAsync(HttpMethod.Post, failback.Name, $"{letters["[3]"]}/replay");
        await KillAppliersAsync();
        await UntilAsync(failback.Name, letters["[3]"], "applied");

        JsonElement given = await CallAsync(
            HttpMethod.Post, failback.Name, $"{letters["[4]"]}/discard", new JsonObject { ["reason"] = "not wanted" });
        Assert.Equal("discarded", given.GetProperty("state").GetString());
        await KillAppliersAsync();
        JsonElement waiver = (await CallAsync(HttpMethod.Get, failback.Name, "../waivers")).EnumerateArray().Single();
        Assert.Equal(("[4]", "not wanted"), (waiver.GetProperty("key").GetString(), waiver.GetProperty("reason").GetString()));
        Assert.NotEmpty(waiver.GetProperty("by").GetString()!);

        // A newer version of the row is there: the letter is not tried any more, whatever its state says.
        await source.ExecuteAsync("UPDATE things SET note = 'new' WHERE id = 2");
        await failback.CatchUpAsync();
        await target.ExecuteAsync($"UPDATE {Letters(postgres, target)} SET state = 'open' WHERE id = {letters["[2]"]}");
        await target.ExecuteAsync(postgres
            ? $"INSERT INTO {Staging(postgres, target)}.row_version SELECT failback, table_name, key_digest, wall + 1, logical, false "
                + $"FROM {Letters(postgres, target)} WHERE id = {letters["[2]"]}"
            : $"INSERT INTO {Staging(postgres, target)}.row_version (failback, table_name, key_digest, wall, logical, deleted) SELECT "
                + $"failback, table_name, key_digest, wall + 1, logical, 0 FROM {Letters(postgres, target)} WHERE id = {letters["[2]"]}");
        HttpRequestException refusal = await Assert.ThrowsAsync<HttpRequestException>(
            () => CallAsync(HttpMethod.Post, failback.Name, $"{letters["[2]"]}/replay"));
        Assert.Equal(HttpStatusCode.Conflict, refusal.StatusCode);
        Assert.Contains("letter_superseded", refusal.Message, StringComparison.Ordinal);
        await failback.CatchUpAsync();
        TableResource end = (await Stack.Client.TablesAsync(failback.Name)).Single();
        Assert.True(end is { AddsUp: true, InFlight: 0 }, end.ToString());
        Assert.Equal("new", await target.ScalarAsync("SELECT note FROM things WHERE id = 2"));
        await Stack.Client.DeleteAsync(failback.Name);
    }

    private static Task WriteAsync(CockroachSource source, int id, string n, string note) =>
        source.ExecuteAsync(
            $"INSERT INTO things VALUES ({id}, {n}, '{note}', '2024-02-29 23:59:59.5+00', '\\x00ff', '{{\"a\": [1, null]}}')");

    private static string Staging(bool postgres, SqlTarget target) =>
        postgres ? $"\"{target.Database.StagingSchema}\"" : $"`{target.Database.StagingSchema}`";

    private static string Letters(bool postgres, SqlTarget target) => Staging(postgres, target) + ".pending_mutation";

    private static string Fix(JsonElement letter) =>
        letter.GetProperty("target").GetProperty("fixes").EnumerateArray().Single().GetString()!;

    private Task KillAppliersAsync() => Task.WhenAll(Stack.Appliers.Select(applier => applier.RestartAsync()));

    /// <summary>Ids by key, once there are so many.</summary>
    private async Task<Dictionary<string, long>> LettersAsync(string failback, int count)
    {
        JsonElement page = default;
        await Wait.UntilAsync(
            async () => (page = await Stack.Client.SendAsync(HttpMethod.Get, $"failbacks/{failback}/dead-letters", null)).GetProperty(
                "items").GetArrayLength() == count,
            TimeSpan.FromSeconds(30), () => $"{page}\n{Stack.Logs()}");
        return page.GetProperty("items").EnumerateArray()
            .ToDictionary(l => l.GetProperty("key").GetString()!, l => l.GetProperty("id").GetInt64());
    }

    private Task UntilAsync(string failback, long id, string state)
    {
        JsonElement last = default;
        return Wait.UntilAsync(
            async () => (last = await CallAsync(HttpMethod.Get, failback, $"{id}")).GetProperty("state").GetString() == state,
            TimeSpan.FromSeconds(40), () => $"{last}\n{Stack.Logs()}");
    }

    /// <summary>Again while no applier answers: it has just been killed.</summary>
    private async Task<JsonElement> CallAsync(HttpMethod method, string failback, string path, JsonObject? body = null)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return await Stack.Client.SendAsync(method, $"failbacks/{failback}/dead-letters/{path}", body);
            }
            catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.ServiceUnavailable && attempt < 5)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
            }
        }
    }
}
