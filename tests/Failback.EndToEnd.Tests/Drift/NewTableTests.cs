using System.Text.Json;
using Failback.EndToEnd.Tests.Cockroach;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Drift;

/// <summary>A table that is made at the source after the start: reported, and added with the rows it has by one call.</summary>
[Collection(CockroachCollection.Name)]
public sealed class NewTableTests(StackFixture fixture)
{
    private const string Orders = "CREATE TABLE orders (id bigint PRIMARY KEY)";
    private const string Lines = "CREATE TABLE order_lines (id bigint PRIMARY KEY, n int)";

    [Fact]
    public async Task A_table_that_comes_to_match_the_filters_is_reported_and_one_call_adds_it_with_its_rows()
    {
        await using CockroachSource source = await CockroachSource.CreateAsync(Orders);
        await using TestDatabase target = await TestDatabase.CreateAsync();
        ManagedFailback failback = await RunningAsync("new-table", source, target);
        await source.ExecuteAsync("INSERT INTO orders VALUES (1)");
        await failback.CatchUpAsync();
        await source.ExecuteAsync($"{Lines}; CREATE TABLE other (id bigint PRIMARY KEY)");
        await source.ExecuteAsync("INSERT INTO order_lines SELECT g, g FROM generate_series(1, 30) AS g");
        Assert.Contains("scanAdded=true", await failback.TroubleAsync("new_source_table"), StringComparison.Ordinal);
        JsonElement[] reported = [
            .. (await failback.ShowAsync()).GetProperty("errors").EnumerateArray()
                .Where(e => e.GetProperty("code").GetString() == "new_source_table")];
        Assert.EndsWith(".order_lines", Assert.Single(reported).GetProperty("table").GetString(), StringComparison.Ordinal);

        JsonElement started = await AddAsync(failback);
        Assert.Equal("altered", started.GetProperty("action").GetString());
        await source.ExecuteAsync("UPDATE order_lines SET n = 0 WHERE id = 30; INSERT INTO orders VALUES (2)");
        await failback.CatchUpAsync();
        Assert.Equal((30L, 435L, 2L), (
            await target.ScalarAsync<long>("SELECT count(*) FROM order_lines"),
            await target.ScalarAsync<long>("SELECT sum(n) FROM order_lines"),
            await target.ScalarAsync<long>("SELECT count(*) FROM orders")));
        Assert.All(
            await fixture.Stack.Client.TablesAsync(failback.Name),
            table => Assert.True(table is { AddsUp: true, DeadLettered: 0 }, table.ToString()));
        await Wait.UntilAsync(
            async () => !(await failback.ShowAsync()).GetProperty("errors").EnumerateArray()
            .Any(e => e.GetProperty("code").GetString() == "new_source_table"), TimeSpan.FromSeconds(20), () => "still reported");
        await fixture.Stack.Client.DeleteAsync(failback.Name);
    }

    [Fact]
    public async Task Resolved_timestamps_that_pass_while_a_table_is_added_do_not_make_its_rows_old()
    {
        await using CockroachSource source = await CockroachSource.CreateAsync(Orders);
        await using TestDatabase target = await TestDatabase.CreateAsync();
        ManagedFailback failback = await RunningAsync("added-late", source, target);
        await source.ExecuteAsync(Lines);
        await source.ExecuteAsync("INSERT INTO order_lines SELECT g, g FROM generate_series(1, 30) AS g");
        await failback.CatchUpAsync();

        // The feed goes on while its pause is on the way: whoever knows the new table by now takes these timestamps for its own, too.
        bool paused = false;
        source.StandIn.Hooks.Asked = async sql =>
        {
            if (paused || !sql.StartsWith("PAUSE JOB", StringComparison.Ordinal)) return;
            paused = true;
            for (int row = 1; row <= 4; row++)
            {
                await source.ExecuteAsync($"INSERT INTO orders VALUES ({row})");
                await failback.CatchUpAsync();
            }
        };
        Assert.Equal("altered", (await AddAsync(failback)).GetProperty("action").GetString());
        Assert.True(paused, "the changefeed was not paused");
        await failback.CatchUpAsync();
        Assert.Equal(
            (30L, 4L),
            (await target.ScalarAsync<long>("SELECT count(*) FROM order_lines"),
                await target.ScalarAsync<long>("SELECT count(*) FROM orders")));
        await fixture.Stack.Client.DeleteAsync(failback.Name);
    }

    [Fact]
    public async Task A_changefeed_to_which_a_table_cannot_be_added_goes_on_with_those_it_has()
    {
        await using CockroachSource source = await CockroachSource.CreateAsync(Orders);
        await using TestDatabase target = await TestDatabase.CreateAsync();
        ManagedFailback failback = await RunningAsync("not-added", source, target);
        await source.ExecuteAsync(Lines);
        source.StandIn.Hooks.Refused = static sql => sql.StartsWith("ALTER CHANGEFEED", StringComparison.Ordinal) ? "42501" : null;
        HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(() => AddAsync(failback));
        Assert.Contains("source_privilege", refused.Message, StringComparison.Ordinal);
        await source.ExecuteAsync("INSERT INTO orders VALUES (1)");
        await failback.CatchUpAsync();
        Assert.Equal(1, await target.ScalarAsync<long>("SELECT count(*) FROM orders"));

        source.StandIn.Hooks.Refused = static _ => null;
        await AddAsync(failback);
        await source.ExecuteAsync("INSERT INTO order_lines VALUES (1, 1)");
        await failback.CatchUpAsync();
        Assert.Equal(1, await target.ScalarAsync<long>("SELECT count(*) FROM order_lines"));
        await fixture.Stack.Client.DeleteAsync(failback.Name);
    }

    private Task<JsonElement> AddAsync(ManagedFailback failback) =>
        fixture.Stack.Client.SendAsync(HttpMethod.Post, $"failbacks/{failback.Name}/start?scanAdded=true", null);

    // The target has the table that is to come.
    private async Task<ManagedFailback> RunningAsync(string name, CockroachSource source, TestDatabase target)
    {
        await target.ExecuteAsync($"{Orders}; {Lines}");
        var failback = new ManagedFailback(fixture.Stack, name, source, target);
        await failback.DefineAsync("public", "order.*");
        await failback.StartAsync();
        return failback;
    }
}
