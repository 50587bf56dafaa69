using Failback.Contracts;
using Failback.Testing.Users;
using Npgsql;

namespace Failback.Testing.Changefeeds;

/// <summary>The result of watching a running target.</summary>
/// <param name="Snapshots">Number of consistent snapshots that were compared.</param>
/// <param name="Timestamps">Number of different resolved timestamps among them.</param>
/// <param name="Differences">Differences from the model.</param>
public sealed record SnapshotReport(int Snapshots, int Timestamps, IReadOnlyList<string> Differences);

/// <summary>
/// Compares a PostgreSQL target with the model: at the end, and at every moment in which the target claims to be consistent.
/// </summary>
/// <param name="connectionString">The target database.</param>
/// <param name="history">History of the source.</param>
/// <param name="schema">Schema of the tables in the target.</param>
/// <param name="failback">Name of the failback.</param>
/// <param name="stagingSchema">Schema that contains its checkpoint.</param>
public sealed class ModelChecker(string connectionString, ModelHistory history, string schema, string failback, string stagingSchema)
{
    private const string UndefinedTable = "42P01";
    private readonly Dictionary<HlcTimestamp, ModelState> _states = [];

    /// <summary>Returns the differences between the current target and the end of the history.</summary>
    public async Task<IReadOnlyList<string>> EndStateAsync(CancellationToken cancellationToken = default)
    {
        await using NpgsqlConnection connection = await OpenAsync(cancellationToken);
        return await CompareAsync(connection, AsOf(history.EndTime), cancellationToken);
    }

    /// <summary>
    /// Takes snapshots of checkpoint and tables until stopped, and compares each with the model as of the checkpoint. The server
    /// may be down meanwhile.
    /// </summary>
    /// <param name="stop">Ends the watch.</param>
    /// <param name="pause">Pause between snapshots; default 5 ms.</param>
    public async Task<SnapshotReport> WatchAsync(CancellationToken stop, TimeSpan? pause = null)
    {
        var watch = new SnapshotWatch();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using NpgsqlConnection connection = await OpenAsync(CancellationToken.None);
                while (!stop.IsCancellationRequested)
                {
                    await LookAsync(connection, watch);
                    await Task.Delay(pause ?? TimeSpan.FromMilliseconds(5), CancellationToken.None);
                }
            }
            catch (NpgsqlException e) when (e is not PostgresException p || p.SqlState.StartsWith("57P", StringComparison.Ordinal))
            {
                // The server is down or has closed the session: the watch continues when it is back.
                await using (var pooled = new NpgsqlConnection(connectionString)) NpgsqlConnection.ClearPool(pooled);
                await Task.Delay(100, CancellationToken.None);
            }
        }

        return new SnapshotReport(watch.Snapshots, watch.Timestamps.Count, watch.Differences);
    }

    /// <summary>Returns the tables whose counts do not add up; to be called when no rows are in flight.</summary>
    public async Task<IReadOnlyList<string>> AccountingAsync(CancellationToken cancellationToken = default)
    {
        await using NpgsqlConnection connection = await OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            $"select table_name, received, applied, superseded, filtered, dead_lettered from \"{stagingSchema}\".checkpoint where "
                + $"failback = $1", connection)
        {
            Parameters = { new() { Value = failback } },
        };
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        List<string> wrong = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            long received = reader.GetInt64(1);
            long accounted = Enumerable.Range(2, 4).Sum(reader.GetInt64);
            if (received != accounted)
                wrong.Add(
                    $"{reader.GetString(0)}: received {received}, but applied {reader.GetInt64(2)} + superseded {reader.GetInt64(3)} + "
                        + $"filtered {reader.GetInt64(4)} + dead-lettered {reader.GetInt64(5)} = {accounted}");
        }

        return wrong;
    }

    /// <summary>Creates the tables and, for a feed without initial scan, the rows of the start state.</summary>
    public async Task CreateTargetAsync(bool seed, CancellationToken cancellationToken = default)
    {
        await using NpgsqlConnection connection = await OpenAsync(cancellationToken);
        await ExecuteAsync(connection, history.Schema.Ddl(schema), cancellationToken);
        await PostgresUser.GrantSchemasAsync(connection);
        if (!seed) return;
        // Foreign keys may form cycles, so no order of inserts satisfies them; the seed as a whole does.
        await ExecuteAsync(connection, "set session_replication_role = replica", cancellationToken);
        foreach (ModelTable table in history.Schema.Tables)
        {
            foreach (string?[] row in history.Start[table.Name].Values)
            {
                string values = string.Join(
                    ", ", row.Select(v => v is null ? "null" : $"'{v.Replace("'", "''", StringComparison.Ordinal)}'"));
                await ExecuteAsync(
                    connection,
                    $"insert into \"{schema}\".{table.Name} ({string.Join(", ", table.Columns.Select(c => c.Name))}) values ({values})",
                    cancellationToken);
            }
        }

        await ExecuteAsync(connection, "set session_replication_role = origin", cancellationToken);
    }

    private async Task LookAsync(NpgsqlConnection connection, SnapshotWatch watch)
    {
        // Checkpoint and tables must come from one snapshot: a commit between two reads would look like a difference.
        await using NpgsqlTransaction snapshot = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.RepeatableRead, CancellationToken.None);
        HlcTimestamp? resolved = await ConsistentAtAsync(connection, CancellationToken.None);
        if (resolved >= history.StartTime)
        {
            IReadOnlyList<string> found = await CompareAsync(connection, AsOf(resolved.Value), CancellationToken.None);
            watch.Snapshots++;
            watch.Timestamps.Add(resolved.Value);
            watch.Differences.AddRange(found.Select(d => $"as of {resolved}: {d}"));
        }

        await snapshot.RollbackAsync(CancellationToken.None);
    }

    private async Task<HlcTimestamp?> ConsistentAtAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"select resolved_wall, resolved_logical, consistent from \"{stagingSchema}\".checkpoint where failback = $1", connection)
        {
            Parameters = { new() { Value = failback } },
        };
        try
        {
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
            int tables = 0;
            HlcTimestamp lowest = HlcTimestamp.Max;
            while (await reader.ReadAsync(cancellationToken))
            {
                // During catching up the target does not claim to be consistent, so there is nothing to compare with.
                if (!reader.GetBoolean(2)) return null;
                tables++;
                var resolved = new HlcTimestamp(reader.GetInt64(0), reader.GetInt32(1));
                if (resolved < lowest) lowest = resolved;
            }

            return tables == history.Schema.Tables.Count ? lowest : null;
        }
        catch (PostgresException e) when (e.SqlState == UndefinedTable)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<string>> CompareAsync(
        NpgsqlConnection connection, ModelState state, CancellationToken cancellationToken)
    {
        List<string> differences = [];
        foreach (ModelTable table in history.Schema.Tables)
            differences.AddRange(state.Differences(table.Name, await ReadAsync(connection, table, cancellationToken)));
        return differences;
    }

    private async Task<Dictionary<string, string?[]>> ReadAsync(
        NpgsqlConnection connection, ModelTable table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"select {string.Join(", ", table.Columns.Select(c => $"{c.Name}::text"))} from \"{schema}\".{table.Name}", connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new Dictionary<string, string?[]>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken))
        {
            string?[] row = [.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetString(i))];
            rows[table.KeyOf(row)] = row;
        }

        return rows;
    }

    private ModelState AsOf(HlcTimestamp timestamp)
    {
        if (_states.TryGetValue(timestamp, out ModelState? state)) return state;
        state = history.AsOf(timestamp);
        _states[timestamp] = state;
        return state;
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await ExecuteAsync(connection, "set timezone to 'UTC'; set datestyle to 'ISO'", cancellationToken);
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private sealed class SnapshotWatch
    {
        public int Snapshots { get; set; }

        public HashSet<HlcTimestamp> Timestamps { get; } = [];

        public List<string> Differences { get; } = [];
    }
}
