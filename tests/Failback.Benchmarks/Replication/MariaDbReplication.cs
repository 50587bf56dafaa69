using System.Diagnostics;
using System.Globalization;
using Failback.Benchmarks.Pipeline;
using Failback.Benchmarks.Targets;
using Failback.Testing.Processes;
using MySqlConnector;

namespace Failback.Benchmarks.Replication;

/// <summary>
/// Row-based replication: the events lie in the replica's relay log before the clock starts, so that only their application counts.
/// https://mariadb.com/kb/en/change-master-to/
/// </summary>
internal sealed class MariaDbReplication(PrivateSqlServer primary) : IReplication
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    public string Name => "row-based replication";

    public static async Task<MariaDbReplication> StartAsync()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"failback-primary-{Guid.NewGuid():N}"[..28]);
        return new(await PrivateSqlServer.StartAsync("mariadb", folder, "server-id=22", "log-bin=primary-bin", "binlog-format=ROW"));
    }

    public async Task<double> ApplyAsync(IWideTarget target, int rows, CancellationToken cancellationToken)
    {
        var replica = (MariaDbWide)target;
        await using MariaDbWide source = await MariaDbWide.CreateAsync(primary.Url.ToString());
        await source.CreateTablesAsync(["wide"], cancellationToken);
        await source.PreloadAsync(rows, cancellationToken);
        (string file, long position) = await PositionAsync(source, cancellationToken);
        for (int from = 0; from < rows; from += WideRow.HandBatch) await source.Ways[0]
            .UpsertAsync(from, Math.Min(WideRow.HandBatch, rows - from), cancellationToken);
        (string lastFile, long end) = await PositionAsync(source, cancellationToken);
        await replica.ExecuteAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = {primary.Url.Port}, MASTER_USER = 'root', MASTER_PASSWORD = "
                    + $"'{primary.Url.UserInfo.Split(':')[1]}', MASTER_LOG_FILE = '{file}', MASTER_LOG_POS = {position}, MASTER_USE_GTID "
                    + $"= no, MASTER_SSL = 0, MASTER_SSL_VERIFY_SERVER_CERT = 0"),
            cancellationToken);
        try
        {
            // The databases differ in name; a replica's filter maps them.
            await replica.ExecuteAsync($"SET GLOBAL replicate_rewrite_db = '{source.Schema}->{replica.Schema}'", cancellationToken);
            await replica.ExecuteAsync("START SLAVE IO_THREAD", cancellationToken);
            await Wait.UntilAsync(
                () => HasReadAsync(replica, lastFile, end, cancellationToken), Patience,
                () => "the replica does not fetch the primary's log");
            long started = Stopwatch.GetTimestamp();
            await replica.ExecuteAsync("START SLAVE SQL_THREAD", cancellationToken);
            await Wait.UntilAsync(
                () => replica.HasRowAsync(rows - 1, cancellationToken), Patience, () => "row-based replication does not come to an end");
            return rows / Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
        finally
        {
            foreach (string statement in (string[])["STOP SLAVE", "RESET SLAVE ALL", "SET GLOBAL replicate_rewrite_db = ''"])
                await replica.ExecuteAsync(statement, CancellationToken.None);
        }
    }

    public ValueTask DisposeAsync() => primary.DisposeAsync();

    private static async Task<(string File, long Position)> PositionAsync(MariaDbWide server, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand("SHOW MASTER STATUS", server.Connection);
        await using MySqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return (row.GetString(0), row.GetInt64(1));
    }

    private static async Task<bool> HasReadAsync(MariaDbWide replica, string file, long end, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand("SHOW SLAVE STATUS", replica.Connection);
        await using MySqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        if (!await row.ReadAsync(cancellationToken)) return false;
        if (row.GetString("Last_IO_Error") is { Length: > 0 } error) throw new InvalidOperationException(error);
        return row.GetString("Master_Log_File") == file && row.GetInt64("Read_Master_Log_Pos") >= end;
    }
}
