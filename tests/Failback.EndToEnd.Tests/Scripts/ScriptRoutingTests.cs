using System.Text.Json;
using System.Text.Json.Nodes;
using Failback.Contracts.Api;
using Failback.Testing.Processes;
using Xunit;
using static Failback.EndToEnd.Tests.Scripts.ScriptedFailback;

namespace Failback.EndToEnd.Tests.Scripts;

/// <summary>Schema-level handlers in the running sink: which table a row goes to, under which key, and what is counted.</summary>
public sealed class ScriptRoutingTests(ScriptStackFixture fixture) : IClassFixture<ScriptStackFixture>
{
    private FailbackStack Stack => fixture.Stack;

    [Fact]
    public async Task A_row_is_fanned_out_and_its_versions_hold_in_every_table()
    {
        await using ScriptedFailback failback = await StartAsync(
            Stack,
            """
            create table orders (id bigint primary key, customer text);
            create table totals (order_id bigint primary key, total numeric(30, 10) not null);
            create table log (id bigint primary key, note text);
            """,
            """
            import * as api from "replicator@v1";
            type Order = { id: string; customer: string; total: string };
            api.configureSource("public.orders", {
                dispatch: (doc: Order) => ({ orders: [{ id: doc.id, customer: doc.customer }], totals: [{ order_id: doc.id, total: doc.total }] }),
                deletesTo: (key: { id: string }) => ({ orders: [{ id: key.id }], totals: [{ order_id: key.id }] }),
            });
            """);
        const string orders = "public.orders";
        await failback.PostAsync(
            Row(orders, 10, "[1]", """{"id":1,"customer":"new","total":1234567890123456789.0123456789}"""),
            Row(orders, 10, "[2]", """{"id":2,"customer":"b","total":2}"""));
        await failback.PostAsync(Row(orders, 5, "[1]", """{"id":1,"customer":"old","total":1}"""));
        await failback.PostAsync(Row(orders, 10, "[2]", """{"id":2,"customer":"b","total":2}"""));
        await failback.PostAsync(Row(orders, 20, "[3]", null), Row("public.log", 20, "[7]", """{"id":7,"note":"as it is"}"""));
        await failback.PostAsync(Row(orders, 15, "[3]", """{"id":3,"customer":"late","total":3}"""));
        await failback.SettleAsync();
        Assert.Equal("1 new, 2 b", await failback.QueryAsync("select id, customer from orders order by id"));
        Assert.Equal(
            "1 1234567890123456789.0123456789, 2 2.0000000000", await failback.QueryAsync("select order_id, total from totals order by 1"));
        Assert.Equal("7 as it is", await failback.QueryAsync("select * from log"));

        await failback.PostAsync(Row(orders, 30, "[2]", null));
        await failback.PostAsync(Row(orders, 25, "[2]", """{"id":2,"customer":"late","total":2}"""));
        await failback.SettleAsync();
        Assert.Equal("1", await failback.QueryAsync("select order_id from totals"));
        Assert.Equal("1", await failback.QueryAsync("select id from orders"));
        Assert.All(
            await failback.TablesAsync(), table => Assert.True(table is { AddsUp: true, DeadLettered: 0, InFlight: 0 }, table.ToString()));
    }

    [Fact]
    public async Task Rows_that_are_dropped_are_counted_and_tables_are_renamed()
    {
        await using ScriptedFailback failback = await StartAsync(
            Stack,
            """
            create table people (id bigint primary key, region text);
            create table staff (staff_id bigint primary key, name text);
            """,
            """
            import * as api from "failback@v1";
            api.source("public.people", { upsert: row => row.region === "eu" ? row : null });
            api.source("public.employees", {
                upsert: row => ({ staff: [{ staff_id: row.id, name: row.name }] }),
                remove: key => ({ staff: [{ staff_id: key.key1 ?? key.id }] }),
            });
            """,
            new JsonObject { ["mode"] = "bestEffort" });
        await failback.PostAsync(
            [.. Enumerable.Range(1, 200)
                .Select(i => Row("public.people", i, $"[{i}]", $$"""{"id":{{i}},"region":"{{(i % 4 == 0 ? "eu" : "us")}}"}"""))]);
        await failback.PostAsync(
            Row("public.employees", 1, "[1]", """{"id":1,"name":"Ada"}"""), Row("public.employees", 2, "[2]", """{"id":2,"name":"Bob"}"""),
            Row("public.employees", 3, "[1]", null));
        await failback.SettleAsync();
        Assert.Equal("50", await failback.QueryAsync("select count(*) from people where region = 'eu'"));
        Assert.Equal("2 Bob", await failback.QueryAsync("select * from staff"));
        TableResource people = (await failback.TablesAsync()).Single(table => table.Table == "public.people");
        Assert.True(people is { Received: 200, Applied: 50, Filtered: 150, AddsUp: true }, people.ToString());
    }

    [Fact]
    public async Task A_key_is_found_by_name_whatever_the_order_of_its_columns()
    {
        await using ScriptedFailback failback = await StartAsync(
            Stack,
            """
            create table items (line int, order_id bigint, sku text, primary key (line, order_id));
            create table copies (order_id bigint, sku text, line int, primary key (order_id, line));
            """,
            """
            import * as api from "failback@v1";
            api.source("public.items", {
                upsert: row => ({ items: [{ ...row, sku: row.sku.toUpperCase() }], copies: [row] }),
                remove: key => ({ items: [key], copies: [key] }),
            });
            """,
            new JsonObject
            {
                ["tables"] = new JsonArray(
                    new JsonObject { ["source"] = "public.items", ["key"] = new JsonArray("order_id", "line") },
                    new JsonObject { ["source"] = "public.copies" })
            });
        await failback.PostAsync(
            Row("public.items", 1, "[1, 2]", """{"order_id":1,"line":2,"sku":"a"}"""),
            Row("public.items", 1, "[2, 1]", """{"order_id":2,"line":1,"sku":"b"}"""),
            Row("public.items", 1, "[3, 3]", """{"order_id":3,"line":3,"sku":"c"}"""));
        await failback.PostAsync(Row("public.items", 2, "[2, 1]", null));
        await failback.SettleAsync();
        Assert.Equal("1 2 A, 3 3 C", await failback.QueryAsync("select order_id, line, sku from items order by 1"));
        Assert.Equal("1 2 a, 3 3 c", await failback.QueryAsync("select order_id, line, sku from copies order by 1"));
    }

    [Fact]
    public async Task A_row_on_which_the_script_throws_is_a_letter_and_its_neighbours_go_in()
    {
        await using ScriptedFailback failback = await StartAsync(
            Stack,
            "create table things (id bigint primary key, n int)",
            """
            import * as api from "failback@v1";
            api.source("public.things", {
                upsert: row => {
                    if (row.n === "13") throw new Error("no thirteens here");
                    return row;
                },
            });
            """);
        await failback.PostAsync(
            Row("public.things", 1, "[1]", """{"id":1,"n":1}"""), Row("public.things", 1, "[2]", """{"id":2,"n":13}"""),
            Row("public.things", 1, "[3]", """{"id":3,"n":3}"""));
        await failback.SettleAsync();
        Assert.Equal("1 1, 3 3", await failback.QueryAsync("select * from things order by id"));
        JsonElement letter = Assert.Single(
            (await failback.CallAsync(HttpMethod.Get, "dead-letters")).GetProperty("items").EnumerateArray());
        Assert.Equal(
            ("Script", "unrouted", "[2]"),
            (letter.GetProperty("errorClass").GetString(), letter.GetProperty("errorCode").GetString(), letter.GetProperty("key")
                .GetString()));
        Assert.Contains("no thirteens here", letter.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
        Assert.Contains("line 4", letter.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
        TableResource things = (await failback.TablesAsync()).Single();
        Assert.True(things is { Received: 3, Applied: 2, DeadLettered: 1, AddsUp: true }, things.ToString());

        await failback.PostAsync(Row("public.things", 5, "[2]", """{"id":2,"n":2}"""));
        await failback.SettleAsync();
        await failback.UntilAsync("things", table => table is { DeadLettered: 0, Superseded: 1, Applied: 3, AddsUp: true });
    }

    [Fact]
    public async Task A_table_that_the_failback_lacks_follows_its_policy()
    {
        await using ScriptedFailback failback = await StartAsync(
            Stack,
            "create table things (id bigint primary key)",
            """
            import * as api from "failback@v1";
            api.source("public.things", { upsert: row => ({ nowhere: [row] }) });
            """);
        Assert.Equal(422, await failback.RefusedAsync("version 1", Row("public.things", 1, "[1]", """{"id":1}""")));
        await failback.ActivateAsync(
            """import * as api from "failback@v1"; api.source("public.things", { upsert: row => ({ things: [row] }) });""");
        await failback.PostAsync(Row("public.things", 1, "[1]", """{"id":1}"""));
        await failback.SettleAsync();
        Assert.Equal("1", await failback.QueryAsync("select * from things"));
    }

    [Fact]
    public async Task A_script_that_never_ends_stops_its_failback_alone_and_goes_on_with_another_version()
    {
        const string ddl = "create table things (id bigint primary key)";
        await using ScriptedFailback other = await StartAsync(Stack, ddl, null);
        await using ScriptedFailback failback = await StartAsync(
            Stack, ddl, """import * as api from "failback@v1"; api.source("public.things", { upsert: row => { for (;;) { } } });""");
        int sink = Stack.Sinks[0].ProcessId;
        Assert.Equal(503, await failback.RefusedAsync("stands still", Row("public.things", 1, "[1]", """{"id":1}""")));
        await Wait.UntilAsync(
            async () => (await Stack.Client.GetAsync(failback.Name)).GetProperty("errors").EnumerateArray()
            .Any(e => e.GetProperty("code").GetString() == "script_stopped"), TimeSpan.FromSeconds(20), () => Stack.Logs());
        await other.PostAsync(Row("public.things", 1, "[1]", """{"id":1}"""));
        await other.SettleAsync();

        await failback.ActivateAsync("""import * as api from "failback@v1"; api.source("public.things", { upsert: row => row });""");
        Assert.DoesNotContain(
            (await Stack.Client.GetAsync(failback.Name)).GetProperty("errors").EnumerateArray(), e => e.GetProperty("code")
            .GetString() == "script_stopped");
        await failback.PostAsync(Row("public.things", 1, "[1]", """{"id":1}"""));
        await failback.SettleAsync();
        Assert.Equal("1", await failback.QueryAsync("select * from things"));
        Assert.Equal(sink, Stack.Sinks[0].ProcessId);
    }
}
