using Failback.Contracts;
using Failback.Testing.Changefeeds;
using Failback.Testing.Processes;
using Npgsql;
using Xunit;

namespace Failback.EndToEnd.Tests.Captures;

/// <summary>The checker itself on a real database: silent when the target is right, loud when it is not.</summary>
public sealed class ModelCheckerTests
{
    private const string Staging = "_checker";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_target_that_follows_the_model_has_no_differences_and_one_that_lies_has(int seed)
    {
        RandomRun run = RandomRun.Create(seed);
        await using TestDatabase database = await TestDatabase.CreateAsync();
        var checker = new ModelChecker(database.ConnectionString, run.History, "s", "f", Staging);
        await checker.CreateTargetAsync(seed: true);
        await CreateCheckpointAsync(database, run.History);
        using var stop = new CancellationTokenSource();
        Task<SnapshotReport> watching = checker.WatchAsync(stop.Token);
        HlcTimestamp[] times = [.. run.History.Changes.Select(c => c.Updated).Distinct()];
        foreach (HlcTimestamp time in times.Where((_, i) => i % 5 == 0).Append(run.History.EndTime))
            await WriteAsync(database, run.History, time, time);
        await stop.CancelAsync();
        SnapshotReport report = await watching;
        Assert.Empty(report.Differences.Take(5));
        Assert.True(report.Snapshots > 0);
        Assert.Empty((await checker.EndStateAsync()).Take(5));

        HlcTimestamp stale = times.Last(
            t => run.History.Schema.Tables.Any(
                table => run.History.AsOf(t).Differences(table.Name, run.History.AsOf(run.History.EndTime)[table.Name]).Any()));
        await WriteAsync(database, run.History, stale, run.History.EndTime);
        Assert.NotEmpty(await checker.EndStateAsync());
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        Assert.NotEmpty((await checker.WatchAsync(soon.Token)).Differences);
    }

    private static async Task CreateCheckpointAsync(TestDatabase database, ModelHistory history)
    {
        await database.ExecuteAsync(
            $"create schema {Staging}; create table {Staging}.checkpoint (failback text, table_name text, resolved_wall bigint, "
                + $"resolved_logical int, consistent boolean)");
        foreach (ModelTable table in history.Schema.Tables)
            await database.ExecuteAsync(
                $"insert into {Staging}.checkpoint values ('f', 's.{table.Name}', {history.StartTime.Wall}, {history.StartTime.Logical}, "
                    + $"true)");
    }

    private static async Task WriteAsync(TestDatabase database, ModelHistory history, HlcTimestamp contents, HlcTimestamp claimed)
    {
        ModelState state = history.AsOf(contents);
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(connection, "set local session_replication_role = replica");
        foreach (ModelTable table in history.Schema.Tables)
        {
            await ExecuteAsync(connection, $"delete from s.{table.Name}");
            foreach (string?[] row in state[table.Name].Values)
                await ExecuteAsync(
                    connection,
                    $"insert into s.{table.Name} values ({string.Join(", ", row.Select(Literal))})");
        }

        await ExecuteAsync(
            connection, $"update {Staging}.checkpoint set resolved_wall = {claimed.Wall}, resolved_logical = {claimed.Logical}");
        await transaction.CommitAsync();
    }

    private static string Literal(string? value) => value is null ? "null" : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
