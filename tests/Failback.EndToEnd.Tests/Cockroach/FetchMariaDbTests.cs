using System.Data.Common;
using Failback.Testing.Processes;
using MySqlConnector;
using Xunit;

namespace Failback.EndToEnd.Tests.Cockroach;

/// <summary>The command of MOLT Fetch, as it stands, with MariaDB as the old database.</summary>
[Collection(CockroachCollection.Name)]
public sealed class FetchMariaDbTests(StackFixture fixture)
{
    private const string Summary = "SELECT concat(count(*), ' ', sum(total), ' ', ";

    [Fact]
    public async Task Rows_arrive_a_second_fetch_finds_the_feed_and_after_a_stop_the_same_command_goes_on()
    {
        string? server = Environment.GetEnvironmentVariable("FAILBACK_TEST_MARIADB_URL");
        Assert.SkipWhen(string.IsNullOrEmpty(server), "FAILBACK_TEST_MARIADB_URL is not set: run ./test.sh");
        await using CockroachSource source = await CockroachSource.CreateAsync(
            "CREATE TABLE orders (id bigint PRIMARY KEY, customer STRING, total decimal(12,2), at timestamp)");
        await using MySqlTestDatabase target = await MySqlTestDatabase.CreateAsync(server!);
        await using var database = new MySqlDataSource(target.ConnectionString);
        await using (DbCommand create = database.CreateCommand(
            "CREATE TABLE orders (id bigint PRIMARY KEY, customer text, total decimal(12,2), at datetime(6))"))
            await create.ExecuteNonQueryAsync();
        ServiceProcess applier = fixture.Stack.AddApplier("Failback.Applier.MySql");
        await using var added = new Outage(() => fixture.Stack.RemoveAsync(applier), () => Task.CompletedTask);
        applier.Start();
        await applier.WaitReadyAsync();
        string overrides = Path.GetTempFileName();
        await File.WriteAllTextAsync(overrides, ManagedFailback.Feed(fixture.Stack.Webhook("/").Port)["overrides"]!.ToJsonString());
        string[] command =
        [
            "fetch", "--source", source.Url, "--target", target.Url, "--schema-filter", "public", "--table-filter", "orders", "--name",
            "to-mariadb",
            "--replicator-flags", $"--stagingSchema {target.StagingSchema}", "--mode", "failback", "--changefeeds-path", overrides,
            "--allow-tls-mode-disable", "--detach",
        ];
        var failback = new ManagedFailback(fixture.Stack, "to-mariadb", source, target);

        Assert.Contains("changefeed created", await RunAsync(command), StringComparison.Ordinal);
        await source.ExecuteAsync(
            "INSERT INTO orders SELECT g, 'c' || g, g / 4.0, timestamp '2024-02-29 12:00:00.5' FROM generate_series(1, 200) AS g; DELETE "
                + "FROM orders WHERE id > 150; UPDATE orders SET total = 1 WHERE id = 7");
        await EqualAsync(failback, source, database);
        string job = Assert.Single(await source.LiveJobsAsync());
        Assert.Contains("a running changefeed is used", await RunAsync(command), StringComparison.Ordinal);
        Assert.Equal([job], await source.LiveJobsAsync());

        await failback.StopAsync();
        await source.ExecuteAsync(
            "DELETE FROM orders WHERE id < 20; UPDATE orders SET total = total * 2 WHERE id > 100; INSERT INTO orders VALUES (1000, "
                + "NULL, 0.5, NULL)");
        Assert.Contains("changefeed created", await RunAsync(command), StringComparison.Ordinal);
        await EqualAsync(failback, source, database);
        Assert.All(
            await fixture.Stack.Client.TablesAsync("to-mariadb"),
            table => Assert.True(table.AddsUp && table.DeadLettered == 0, $"{table}"));
        await fixture.Stack.Client.DeleteAsync("to-mariadb");
        Assert.Empty(await source.LiveJobsAsync());
        File.Delete(overrides);
    }

    private static async Task EqualAsync(ManagedFailback failback, CockroachSource source, MySqlDataSource target)
    {
        await failback.CatchUpAsync();
        await using DbCommand count = target.CreateCommand(Summary + "max(at)) FROM orders");
        Assert.Equal(
            (await source.ColumnAsync(Summary + "to_char(max(at), 'YYYY-MM-DD HH24:MI:SS.US')) FROM orders"))[0],
            (string?)await count.ExecuteScalarAsync());
    }

    private async Task<string> RunAsync(string[] command)
    {
        await using var fetch = new CliProcess(fixture.Stack, command);
        Assert.Equal(0, await fetch.EndAsync());
        return fetch.Text;
    }
}
