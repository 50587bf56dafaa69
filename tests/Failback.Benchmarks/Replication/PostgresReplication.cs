using System.Diagnostics;
using Failback.Benchmarks.Pipeline;
using Failback.Benchmarks.Targets;
using Failback.Testing.Processes;
using Npgsql;

namespace Failback.Benchmarks.Replication;

/// <summary>
/// Logical replication: binary values, commits as durable as the applier's. The apply worker is given a slot that already holds all rows.
/// https://www.postgresql.org/docs/current/sql-createsubscription.html
/// </summary>
internal sealed class PostgresReplication(PrivateServer publisher) : IReplication
{
    public string Name => "logical replication";

    public static async Task<PostgresReplication> StartAsync() => new(await PrivateServer.StartAsync("postgres"));

    public async Task<double> ApplyAsync(IWideTarget target, int rows, CancellationToken cancellationToken)
    {
        var subscriber = (PostgresWide)target;
        await using PostgresWide source = await PostgresWide.CreateAsync(publisher.Environment["FAILBACK_POSTGRES_URL"]);
        await source.CreateTablesAsync(["wide"], cancellationToken);
        await source.PreloadAsync(rows, cancellationToken);
        await source.ExecuteAsync("CREATE PUBLICATION wide FOR TABLE wide", cancellationToken);
        await subscriber.ExecuteAsync(
            $"CREATE SUBSCRIPTION {subscriber.Name} CONNECTION '{Address(source)}' PUBLICATION wide WITH (enabled = false, copy_data = "
                + $"false, binary = true, synchronous_commit = 'on')", cancellationToken);
        try
        {
            for (int from = 0; from < rows; from += WideRow.HandBatch) await source.Ways[0]
                .UpsertAsync(from, Math.Min(WideRow.HandBatch, rows - from), cancellationToken);
            long started = Stopwatch.GetTimestamp();
            await subscriber.ExecuteAsync($"ALTER SUBSCRIPTION {subscriber.Name} ENABLE", cancellationToken);
            await Wait.UntilAsync(
                () => subscriber.HasRowAsync(rows - 1, cancellationToken), TimeSpan.FromMinutes(15),
                () => "logical replication does not come to an end");
            return rows / Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
        finally
        {
            await subscriber.ExecuteAsync($"DROP SUBSCRIPTION {subscriber.Name}", CancellationToken.None);
        }
    }

    public ValueTask DisposeAsync() => publisher.DisposeAsync();

    private static string Address(PostgresWide source)
    {
        NpgsqlConnectionStringBuilder settings = TestServers.Npgsql(source.Database.OwnerUrl);
        return $"host={settings.Host} port={settings.Port} user={settings.Username} password={settings.Password} dbname={source.Name}";
    }
}
