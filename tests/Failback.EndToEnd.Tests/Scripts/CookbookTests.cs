using System.Text.Json.Nodes;
using Failback.EndToEnd.Tests.Published;
using Failback.Testing.Processes;
using Xunit;
using static Failback.EndToEnd.Tests.Scripts.ScriptedFailback;

namespace Failback.EndToEnd.Tests.Scripts;

/// <summary>Scripts of <c>docs/guide/userscripts</c> from the webhook to the database, side by side, on PostgreSQL and MariaDB.</summary>
[Collection(PublishedStackCollection.Name)]
public sealed class CookbookTests(PublishedStackFixture fixture)
{
    private const string MariaDb = "FAILBACK_TEST_MARIADB_URL";
    private string? _server;

    [Theory]
    [InlineData(null)]
    [InlineData(MariaDb)]
    public Task Scripts_of_the_cookbook_do_what_they_say(string? server)
    {
        Assert.SkipWhen(
            server is not null && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(server)), $"{server} is not set: run ./test.sh");
        _server = server;
        return Task.WhenAll(
            FanOutAsync(), SoftDeleteAsync(), RenamePrimaryKeyAsync(), CheckBatchesAsync(), ComputedColumnsAsync(),
            ConditionalRoutingAsync(),
            FilterRowsAsync(), RenameTablesAsync());
    }

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
        foreach (string table in (string[])["names", "addresses"])
            await failback.UntilAsync(table, shown => shown is { Received: 4, DeadLettered: 0, AddsUp: true });
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
            schema => new JsonObject
            {
                ["tables"] = new JsonArray(new JsonObject
                {
                    ["source"] = "public.employees",
                    ["target"] = $"{schema}.employees",
                    ["key"] = new JsonArray("id"),
                }),
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

    private async Task ComputedColumnsAsync()
    {
        await using ScriptedFailback failback = await StartAsync(
            "computed-columns.ts",
            "create table invoices (id bigint primary key, net numeric(18, 2), tax numeric(18, 2), total numeric(18, 2))");
        await failback.PostAsync(Row("public.invoices", 10, "[1]", """{"id":1,"net":90071992547.10,"tax":0.05}"""));
        await failback.SettleAsync();
        Assert.Equal("1 90071992547.15", await failback.QueryAsync("select id, total from invoices"));
    }

    private async Task ConditionalRoutingAsync()
    {
        await using ScriptedFailback failback = await StartAsync(
            "conditional-routing.ts",
            "create table sales_eu (id bigint primary key, region varchar(9)); create table sales_us (id bigint primary key, region "
                + "varchar(9))");
        const string sales = "public.sales";
        await failback.PostAsync(
            Row(sales, 10, "[1]", """{"id":1,"region":"eu"}"""), Row(sales, 10, "[2]", """{"id":2,"region":"mars"}"""),
            Row(sales, 10, "[3]", """{"id":3,"region":"eu"}"""));
        await failback.PostAsync(Row(sales, 20, "[3]", null));
        await failback.SettleAsync();
        Assert.Equal("1 eu", await failback.QueryAsync("select * from sales_eu"));
        Assert.Equal("2 mars", await failback.QueryAsync("select * from sales_us"));
    }

    private async Task FilterRowsAsync()
    {
        await using ScriptedFailback failback = await StartAsync(
            "filter-rows.ts", "create table orders (id bigint primary key, shop varchar(9))");
        const string orders = "public.orders";
        await failback.PostAsync(
            Row(orders, 10, "[1]", """{"id":1,"shop":"old"}"""), Row(orders, 10, "[2]", """{"id":2,"shop":"new"}"""),
            Row(orders, 10, "[3]", """{"id":3,"shop":"old"}"""));
        await failback.SettleAsync();
        await failback.PostAsync(Row(orders, 20, "[3]", """{"id":3,"shop":"new"}"""));
        await failback.SettleAsync();
        Assert.Equal("1 old", await failback.QueryAsync("select * from orders"));
    }

    private async Task RenameTablesAsync()
    {
        await using ScriptedFailback failback = await StartAsync(
            "rename-tables.ts", "create table employees (id bigint primary key, name varchar(9))");
        const string staff = "public.staff";
        await failback.PostAsync(Row(staff, 10, "[1]", """{"id":1,"name":"ann"}"""), Row(staff, 10, "[2]", """{"id":2,"name":"bob"}"""));
        await failback.PostAsync(Row(staff, 20, "[2]", null));
        await failback.SettleAsync();
        Assert.Equal("1 ann", await failback.QueryAsync("select * from employees"));
    }

    /// <param name="file">Script of the cookbook.</param>
    /// <param name="ddl">Statements that make the tables.</param>
    /// <param name="more">Further members of the definition, from the schema of the tables.</param>
    private async Task<ScriptedFailback> StartAsync(string file, string ddl, Func<string, JsonObject>? more = null)
    {
        string script = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs", "guide", "userscripts", file), TestContext.Current.CancellationToken);
        SqlTarget target = _server is null ? await SqlTarget.CreatePostgresAsync() : (await SqlTarget.CreateMySqlAsync(_server))!;
        return await ScriptedFailback.StartAsync(fixture.Stack, ddl, script, more?.Invoke(target.Schema), target);
    }
}
