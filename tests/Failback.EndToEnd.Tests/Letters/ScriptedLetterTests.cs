using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Failback.EndToEnd.Tests.Cockroach;
using Failback.EndToEnd.Tests.Scripts;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Letters;

/// <summary>
/// Letters of a failback with a userscript: what is tried again goes through the handlers that are active then, or stays with the reason.
/// </summary>
[Collection(ScriptStackCollection.Name)]
public sealed class ScriptedLetterTests(ScriptStackFixture fixture)
{
    private const string Things = "CREATE TABLE things (id bigint PRIMARY KEY, n bigint, note text)";
    private const string Loud =
        "import * as api from 'failback@v1';\napi.table('things', { upsert: row => ({ ...row, note: row.note.toUpperCase() }) });\n";

    private FailbackStack Stack => fixture.Stack;

    [Theory, InlineData("consistent"), InlineData("bestEffort")]
    public async Task A_row_that_was_not_routed_is_routed_by_the_script_that_is_active_now_or_stays_with_the_reason(string mode)
    {
        await using TestDatabase target = await TestDatabase.CreateAsync();
        await using CockroachSource source = await CockroachSource.CreateAsync(Things);
        await target.ExecuteAsync(
            "CREATE TABLE things (id bigint PRIMARY KEY, n int, note text); CREATE TABLE copies (id bigint PRIMARY KEY, n int, note text)");
        string failback = await StartAsync(
            $"scripted-{mode.ToLowerInvariant()}", mode, source, target,
            Routed("if (row.n === '13') throw new Error('no thirteens'); return row;"), "things", "copies");
        await source.ExecuteAsync("INSERT INTO things VALUES (1, 1, 'a'), (2, 13, 'b'), (3, 13, 'c'), (4, 13, 'd'), (5, 3000000000, 'e')");
        Dictionary<string, JsonElement> letters = await LettersAsync(failback, 4);

        await TryAsync(failback, letters["[2]"], "replay", "open");
        Assert.Contains(
            "no thirteens", (await ShowAsync(failback, letters["[2]"])).GetProperty("errorMessage").GetString(), StringComparison.Ordinal);

        await ActivateAsync(failback, Routed("return { things: [row], copies: [row] };"));
        await UntilMessageAsync(failback, letters["[4]"], "sends the row to copies");

        await ActivateAsync(
            failback, Routed("return row.id === '4' ? null : { things: [{ ...row, note: row.n === '13' ? 'mended' : row.note }] };"));
        await TryAsync(failback, letters["[4]"], "replay", "applied");
        await TryAsync(failback, letters["[2]"], "replay", "applied");
        await target.ExecuteAsync($"UPDATE \"{target.StagingSchema}\".pending_mutation SET after_json = '{{}}' WHERE key_json = '[3]'");
        await TryAsync(failback, letters["[3]"], "reread", "applied");

        // The row that did not fit may have come from another table.
        HttpRequestException refusal = await Assert.ThrowsAsync<HttpRequestException>(() => ActAsync(failback, letters["[5]"], "reread"));
        Assert.Equal(HttpStatusCode.Conflict, refusal.StatusCode);
        Assert.Contains("\"scripted\"", refusal.Message, StringComparison.Ordinal);

        Assert.Equal(
            "1:1:A,2:13:MENDED,3:13:MENDED",
            await target.ScalarAsync<string>("SELECT string_agg(id || ':' || n || ':' || note, ',' ORDER BY id) FROM things"));
        Assert.Equal(0, await target.ScalarAsync<long>("SELECT count(*) FROM copies"));
        await Wait.UntilAsync(
            async () => (await Stack.Client.TablesAsync(failback)).Single(
                t => t.Table == "public.things") is { Received: 5, Applied: 3, Filtered: 1, DeadLettered: 1, AddsUp: true },
            TimeSpan.FromSeconds(20), () => Stack.Logs());
        await Stack.Client.DeleteAsync(failback);
    }

    [Fact]
    public async Task A_row_that_is_read_again_passes_the_handlers_of_its_table()
    {
        await using TestDatabase target = await TestDatabase.CreateAsync();
        await using CockroachSource source = await CockroachSource.CreateAsync(Things);
        await target.ExecuteAsync("CREATE TABLE things (id bigint PRIMARY KEY, n int, note text)");
        string failback = await StartAsync("scripted-table", "consistent", source, target, Loud, "things");
        await source.ExecuteAsync("INSERT INTO things VALUES (1, 3000000000, 'a'), (2, 2, 'b')");
        Dictionary<string, JsonElement> letters = await LettersAsync(failback, 1);
        await target.ExecuteAsync(
            $"ALTER TABLE things ALTER COLUMN n TYPE bigint; UPDATE \"{target.StagingSchema}\".pending_mutation SET after_json = '{{}}'");
        await TryAsync(failback, letters["[1]"], "reread", "applied");
        Assert.Equal(
            "1:3000000000:A,2:2:B",
            await target.ScalarAsync<string>("SELECT string_agg(id || ':' || n || ':' || note, ',' ORDER BY id) FROM things"));
        await Stack.Client.DeleteAsync(failback);
    }

    private static string Routed(string body) =>
        Loud + $"api.source('public.things', {{ upsert: row => {{ {body} }}, targets: ['things', 'copies'] }});\n";

    private async Task<string> StartAsync(
        string name, string mode, CockroachSource source, TestDatabase target, string script, params string[] tables)
    {
        await Stack.Client.DefineAsync(name, new JsonObject
        {
            ["source"] = source.Url,
            ["mode"] = mode,
            ["target"] = target.Url,
            ["tables"] = new JsonArray(
                [.. tables.Select(table => new JsonObject { ["source"] = $"public.{table}", ["target"] = $"public.{table}" })]),
            ["stagingSchema"] = target.StagingSchema,
            ["changefeed"] = ManagedFailback.Feed(Stack.Webhook("/").Port),
            ["userscript"] = script,
        });
        await Stack.Client.ActAsync(name, "start");
        return name;
    }

    private async Task ActivateAsync(string failback, string script)
    {
        JsonElement answer = await Stack.Client.SendAsync(
            HttpMethod.Put, $"failbacks/{failback}/scripts", new JsonObject { ["source"] = script, ["activate"] = true });
        Assert.True(answer.GetProperty("active").GetBoolean());
    }

    private async Task<Dictionary<string, JsonElement>> LettersAsync(string failback, int count)
    {
        JsonElement page = default;
        await Wait.UntilAsync(
            async () => (page = await Stack.Client.SendAsync(HttpMethod.Get, $"failbacks/{failback}/dead-letters", null)).GetProperty(
                "items").GetArrayLength() == count,
            TimeSpan.FromSeconds(30), () => $"{page}\n{Stack.Logs()}");
        return page.GetProperty("items").EnumerateArray().ToDictionary(l => l.GetProperty("key").GetString()!);
    }

    /// <summary>Again until the applier runs the script that was just activated.</summary>
    private async Task TryAsync(string failback, JsonElement letter, string act, string wanted)
    {
        string last = "";
        await Wait.UntilAsync(
            async () =>
            {
                if (last is "" or "open") await ActAsync(failback, letter, act);
                await Wait.UntilAsync(
                    async () => (last = (await ShowAsync(failback, letter)).GetProperty("state").GetString()!) != "waiting",
                    TimeSpan.FromSeconds(20), () => Stack.Logs());
                return last == wanted;
            },
            TimeSpan.FromSeconds(30), () => $"letter is {last}\n{Stack.Logs()}");
    }

    private async Task UntilMessageAsync(string failback, JsonElement letter, string message)
    {
        JsonElement last = default;
        await Wait.UntilAsync(
            async () =>
            {
                await TryAsync(failback, letter, "replay", "open");
                return (last = await ShowAsync(failback, letter)).GetProperty("errorMessage")
                    .GetString()!.Contains(message, StringComparison.Ordinal);
            },
            TimeSpan.FromSeconds(30), () => $"{last}");
    }

    private Task<JsonElement> ShowAsync(string failback, JsonElement letter) =>
        Stack.Client.SendAsync(HttpMethod.Get, $"failbacks/{failback}/dead-letters/{letter.GetProperty("id").GetInt64()}", null);

    private Task<JsonElement> ActAsync(string failback, JsonElement letter, string act) =>
        Stack.Client.SendAsync(HttpMethod.Post, $"failbacks/{failback}/dead-letters/{letter.GetProperty("id").GetInt64()}/{act}", null);
}
