using System.Text.Json;
using Failback.EndToEnd.Tests.Cockroach;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Drift;

/// <summary>A table that is made at the source after the start: reported, and added with the rows it has by one call.</summary>
[Collection(CockroachCollection.Name)]
public sealed class NewTableTests(StackFixture fixture)
{
    [Fact]
    public async Task A_table_that_comes_to_match_the_filters_is_reported_and_one_call_adds_it_with_its_rows()
    {
        await using CockroachSource source = await CockroachSource.CreateAsync("CREATE TABLE orders (id bigint PRIMARY KEY)");
        await using TestDatabase target = await TestDatabase.CreateAsync();
        await target.ExecuteAsync("CREATE TABLE orders (id bigint PRIMARY KEY); CREATE TABLE order_lines (id bigint PRIMARY KEY, n int)");
        var failback = new ManagedFailback(fixture.Stack, "new-table", source, target);
        await failback.DefineAsync("public", "order.*");
        await failback.StartAsync();
        await source.ExecuteAsync("INSERT INTO orders VALUES (1)");
        await failback.CatchUpAsync();
        await source.ExecuteAsync("CREATE TABLE order_lines (id bigint PRIMARY KEY, n int); CREATE TABLE other (id bigint PRIMARY KEY)");
        await source.ExecuteAsync("INSERT INTO order_lines SELECT g, g FROM generate_series(1, 30) AS g");
        Assert.Contains("scanAdded=true", await failback.TroubleAsync("new_source_table"), StringComparison.Ordinal);
        JsonElement[] reported = [.. (await failback.ShowAsync()).GetProperty("errors").EnumerateArray().Where(e => e.GetProperty("code").GetString() == "new_source_table")];
        Assert.EndsWith(".order_lines", Assert.Single(reported).GetProperty("table").GetString(), StringComparison.Ordinal);

        JsonElement started = await fixture.Stack.Client.SendAsync(HttpMethod.Post, $"failbacks/{failback.Name}/start?scanAdded=true", null);
        Assert.Equal("altered", started.GetProperty("action").GetString());
        await source.ExecuteAsync("UPDATE order_lines SET n = 0 WHERE id = 30; INSERT INTO orders VALUES (2)");
        await failback.CatchUpAsync();
        Assert.Equal((30L, 435L, 2L), (
            await target.ScalarAsync<long>("SELECT count(*) FROM order_lines"), await target.ScalarAsync<long>("SELECT sum(n) FROM order_lines"), await target.ScalarAsync<long>("SELECT count(*) FROM orders")));
        Assert.All(await fixture.Stack.Client.TablesAsync(failback.Name), table => Assert.True(table is { AddsUp: true, DeadLettered: 0 }, table.ToString()));
        await Wait.UntilAsync(
            async () => !(await failback.ShowAsync()).GetProperty("errors").EnumerateArray().Any(e => e.GetProperty("code").GetString() == "new_source_table"), TimeSpan.FromSeconds(20), () => "still reported");
        await fixture.Stack.Client.DeleteAsync(failback.Name);
    }
}
