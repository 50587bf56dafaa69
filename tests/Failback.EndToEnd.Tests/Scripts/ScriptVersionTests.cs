using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;
using static Failback.EndToEnd.Tests.Scripts.ScriptedFailback;

namespace Failback.EndToEnd.Tests.Scripts;

/// <summary>Versions of userscripts over the API.</summary>
[Collection(ScriptStackCollection.Name)]
public sealed class ScriptVersionTests(ScriptStackFixture fixture)
{
    private const string Ddl = "create table things (id bigint primary key, note text)";

    private static string Script(string note) => $$"""
        import * as api from "failback@v1";
        api.source("public.things", { upsert: row => ({ things: [{ ...row, note: "{{note}}" }] }) });
        """;

    [Fact]
    public async Task Versions_are_kept_activated_and_gone_back_to()
    {
        await using ScriptedFailback failback = await StartAsync(fixture.Stack, Ddl, Script("first"));
        await failback.PostAsync(Row("public.things", 1, "[1]", """{"id":1,"note":""}"""));

        JsonElement uploaded = await failback.CallAsync(HttpMethod.Put, "scripts", new JsonObject { ["source"] = Script("second") });
        Assert.Equal((2, false), (uploaded.GetProperty("version").GetInt64(), uploaded.GetProperty("active").GetBoolean()));
        JsonElement again = await failback.CallAsync(HttpMethod.Put, "scripts", new JsonObject { ["source"] = Script("second") });
        Assert.Equal(2, again.GetProperty("version").GetInt64());
        Assert.Equal(Script("second"), (await failback.CallAsync(HttpMethod.Get, "scripts/2")).GetProperty("source").GetString());

        await failback.CallAsync(HttpMethod.Post, "scripts/2/activate");
        await failback.UntilSinkRunsAsync(2);
        await failback.PostAsync(Row("public.things", 2, "[2]", """{"id":2,"note":""}"""));
        await failback.CallAsync(HttpMethod.Post, "scripts/1/activate");
        await failback.UntilSinkRunsAsync(1);
        await failback.PostAsync(Row("public.things", 3, "[3]", """{"id":3,"note":""}"""));
        await failback.SettleAsync();
        Assert.Equal("1 first, 2 second, 3 first", await failback.QueryAsync("select * from things order by id"));

        JsonElement resource = await fixture.Stack.Client.GetAsync(failback.Name);
        Assert.Equal(Script("first"), resource.GetProperty("definition").GetProperty("userscript").GetString());
        JsonElement[] all = [.. (await failback.CallAsync(HttpMethod.Get, "scripts")).EnumerateArray()];
        Assert.Equal([(1, true), (2, false)], all.Select(s => (s.GetProperty("version").GetInt32(), s.GetProperty("active").GetBoolean())));
        await RefusedAsync(HttpStatusCode.NotFound, "no_such_script", () => failback.CallAsync(HttpMethod.Post, "scripts/9/activate"));
    }

    [Fact]
    public async Task A_script_that_does_not_compile_is_refused_with_its_place()
    {
        await using ScriptedFailback failback = await StartAsync(fixture.Stack, Ddl, null);
        JsonObject broken = new() { ["source"] = "import * as api from \"failback@v1\";\nconst x: number = ;\n" };
        string answer = await RefusedAsync(
            HttpStatusCode.UnprocessableEntity, "invalid_script", () => failback.CallAsync(HttpMethod.Put, "scripts", broken));
        Assert.Contains("line 2", answer, StringComparison.Ordinal);
        JsonObject foreign = new() { ["source"] = "import * as fs from \"fs\";\nfs.readFileSync(\"/etc/passwd\");\n" };
        Assert.Contains(
            "fs", await RefusedAsync(
                HttpStatusCode.UnprocessableEntity, "invalid_script", () => failback.CallAsync(HttpMethod.Put, "scripts", foreign)),
                StringComparison.Ordinal);
        Assert.Empty((await failback.CallAsync(HttpMethod.Get, "scripts")).EnumerateArray());
    }

    [Fact]
    public async Task A_script_is_tried_on_rows_and_nothing_is_written()
    {
        await using ScriptedFailback failback = await StartAsync(fixture.Stack, Ddl, null);
        JsonObject body = new()
        {
            ["source"] = """
                import * as api from "failback@v1";
                api.source("public.things", { upsert: row => {
                    if (row.id === "3") throw new Error("not this one");
                    return row.id === "2" ? null : { things: [{ ...row, note: "tried" }], elsewhere: [row] };
                } });
                """,
            ["rows"] = new JsonArray(
                [.. Enumerable.Range(1, 3)
                    .Select(i => JsonNode.Parse(Row("public.things", i, $"[{i}]", $$"""{"id":{{i}},"note":"x"}""")))]),
        };
        JsonElement answer = await failback.CallAsync(HttpMethod.Post, "scripts/candidate/test", body);
        JsonElement[] rows = [.. answer.GetProperty("rows").EnumerateArray()];
        Assert.Equal(["routed", "dropped", "failed"], rows.Select(row => row.GetProperty("outcome").GetString()));
        Assert.Equal(
            ["tried", "x"], rows[0].GetProperty("result").EnumerateArray()
            .Select(made => made.GetProperty("row").GetProperty("note").GetString()));
        Assert.Equal(
            ["public.things", "elsewhere"], rows[0].GetProperty("result").EnumerateArray()
            .Select(made => made.GetProperty("table").GetString()));
        Assert.Contains("not this one", rows[2].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("0", await failback.QueryAsync("select count(*) from things"));
    }

    private static async Task<string> RefusedAsync(HttpStatusCode status, string code, Func<Task> call)
    {
        HttpRequestException refusal = await Assert.ThrowsAsync<HttpRequestException>(call);
        Assert.Equal(status, refusal.StatusCode);
        Assert.Contains($"\"{code}\"", refusal.Message, StringComparison.Ordinal);
        return refusal.Message;
    }
}
