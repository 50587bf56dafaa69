using System.Text.Json.Nodes;
using Failback.Testing.Processes;
using Xunit;
using static Failback.EndToEnd.Tests.Scripts.ScriptedFailback;

namespace Failback.EndToEnd.Tests.Scripts;

/// <summary>Scripts of <c>docs/guide/userscripts</c> from the webhook to the database, side by side.</summary>
[Collection(ScriptStackCollection.Name)]
public sealed class CookbookTests(ScriptStackFixture fixture)
{
    [Fact]
    public Task Scripts_of_the_cookbook_do_what_they_say() =>
    Task.WhenAll(FanOutAsync(), SoftDeleteAsync(), RenamePrimaryKeyAsync(), CheckBatchesAsync());

    private async Task FanOutAsync()
    {
        await using ScriptedFailback failback = await StartAsync(
            "fan-out.ts",
            "create table names (id bigint primary key, name text); create table addresses (id bigint primary key, city text)");
        const string people = "public.people";
        await failback.PostAsync(
            Row(people, 10, "[1]", """{"id":1,"name":"ann","city":"x"}"""), Row(people, 10, "[2]", """{"id":2,"name":"bob","city":"y"}"""));
        await failback.PostAsync(Row(people, 20, "[2]", null), Row(people, 5, "[1]", """{"id":1,"name":"late","city":"late"}"""));
        await failback.SettleAsync();
        Assert.Equal("1 ann", await failback.QueryAsync("select id, name from names"));
        Assert.Equal("1 x", await failback.QueryAsync("select id, city from addresses"));
        Assert.All(
            await failback.TablesAsync(), table => Assert.True(table is { Received: 4, DeadLettered: 0, AddsUp: true }, table.ToString()));
    }

    private async Task SoftDeleteAsync()
    {
        await using ScriptedFailback failback = await StartAsync(
            "soft-delete.ts", "create table customers (id bigint primary key, name text, deleted boolean not null)");
        const string customers = "public.customers";
        await failback.PostAsync(
            Row(customers, 10, "[1]", """{"id":1,"name":"ann"}"""), Row(customers, 10, "[2]", """{"id":2,"name":"bob"}"""));
        await failback.SettleAsync();
        await failback.PostAsync(Row(customers, 20, "[1]", null), Row(customers, 15, "[1]", """{"id":1,"name":"late"}"""));
        await failback.SettleAsync();
        Assert.Equal("1 ann True, 2 bob False", await failback.QueryAsync("select id, name, deleted from customers order by id"));
    }

    private async Task RenamePrimaryKeyAsync()
    {
        await using ScriptedFailback failback = await StartAsync(
            "rename-primary-key.ts", "create table employees (employee_id bigint primary key, full_name text)",
            new JsonObject
            {
                ["tables"] = new JsonArray(new JsonObject { ["source"] = "public.employees", ["key"] = new JsonArray("id") })
            });
        const string employees = "public.employees";
        await failback.PostAsync(
            Row(employees, 10, "[9007199254740993]", """{"id":9007199254740993,"name":"ann"}"""),
            Row(employees, 10, "[2]", """{"id":2,"name":"bob"}"""));
        await failback.PostAsync(
            Row(employees, 20, "[2]", null), Row(employees, 20, "[9007199254740993]", """{"id":9007199254740993,"name":"Ann"}"""));
        await failback.SettleAsync();
        Assert.Equal("9007199254740993 Ann", await failback.QueryAsync("select * from employees"));
    }

    private async Task CheckBatchesAsync()
    {
        await using ScriptedFailback failback = await StartAsync(
            "check-batches.ts", "create table payments (id bigint primary key, amount numeric(12, 2), state text)");
        await failback.PostAsync(
            [.. Enumerable.Range(1, 40)
                .Select(i => Row(
                    "public.payments", i, $"[{i}]",
                    $$"""{"id":{{i}},"amount":{{(i == 13 ? "-1" : "5.10")}},"state":"{{(i % 4 == 0 ? "draft" : "done")}}"}"""))]);
        await failback.SettleAsync();
        Assert.Equal("29 147.90", await failback.QueryAsync("select count(*), sum(amount) from payments where state = 'done'"));
        await failback.UntilAsync("payments", table => table is { Received: 40, Applied: 29, Filtered: 10, DeadLettered: 1, AddsUp: true });
        string letter = (await failback.CallAsync(HttpMethod.Get, "dead-letters")).GetProperty("items")[0].GetProperty("errorMessage")
            .GetString()!;
        Assert.Equal("line 7: a payment is negative", letter);
    }

    private async Task<ScriptedFailback> StartAsync(string file, string ddl, JsonObject? more = null) =>
        await ScriptedFailback.StartAsync(
            fixture.Stack, ddl,
            await File.ReadAllTextAsync(
                Path.Combine(Repository.Root, "docs", "guide", "userscripts", file), TestContext.Current.CancellationToken),
            more);
}
