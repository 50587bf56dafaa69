using System.Collections.Concurrent;
using System.Text.Json;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Cockroach;

/// <summary>
/// CockroachDB refuses a statement when another transaction got in its way (SQLSTATE 40001) and expects that it is sent again: no call of
/// an operator fails for that.
/// </summary>
[Collection(CockroachCollection.Name)]
public sealed class RetriedStatementTests(StackFixture fixture)
{
    private static readonly string[] Statements = [
        "SELECT cluster_logical_timestamp()", "SHOW CHANGEFEED JOBS", "CREATE CHANGEFEED", "PAUSE JOB", "ALTER CHANGEFEED", "RESUME JOB",
        "CANCEL JOB"];

    [Fact]
    public async Task A_statement_that_the_cluster_asks_to_retry_is_sent_again()
    {
        await using CockroachSource source = await CockroachSource.CreateAsync(
            "CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY)");
        await using TestDatabase target = await TestDatabase.CreateAsync();
        await target.ExecuteAsync("CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY)");
        var refused = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        source.StandIn.Hooks.Refused = sql => Statements.FirstOrDefault(
            statement => sql.StartsWith(statement, StringComparison.Ordinal)) is { } statement && refused.TryAdd(statement, true)
            ? "40001"
            : null;
        var failback = new ManagedFailback(fixture.Stack, "retried", source, target);
        await failback.DefineAsync("public", "a");
        string job = (await failback.StartAsync()).GetProperty("changefeed").GetProperty("jobId").GetString()!;
        Assert.Equal([job], await source.LiveJobsAsync());

        await fixture.Stack.Client.SendAsync(HttpMethod.Post, "failbacks/retried/pause?changefeed=true", null);
        Assert.Equal(["paused"], await StatusAsync());
        await fixture.Stack.Client.ActAsync("retried", "resume");
        Assert.Equal(["running"], await StatusAsync());

        await failback.DefineAsync("public", "a|b");
        Assert.Equal("altered", (await failback.StartAsync()).GetProperty("action").GetString());
        await source.ExecuteAsync("INSERT INTO a VALUES (1); INSERT INTO b VALUES (1)");
        await failback.CatchUpAsync();
        Assert.Equal(
            (1L, 1L), (await target.ScalarAsync<long>("SELECT count(*) FROM a"), await target.ScalarAsync<long>("SELECT count(*) FROM b")));

        JsonElement stopped = await failback.StopAsync();
        Assert.Equal("stopped", stopped.GetProperty("state").GetString());
        Assert.Empty(await source.LiveJobsAsync());
        Assert.Equal(Statements.Order(StringComparer.Ordinal), refused.Keys.Order(StringComparer.Ordinal));
        await fixture.Stack.Client.DeleteAsync("retried");

        Task<IReadOnlyList<string>> StatusAsync() => source.ColumnAsync($"SELECT status FROM [SHOW CHANGEFEED JOBS] WHERE job_id = {job}");
    }
}
