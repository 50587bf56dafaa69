using System.Globalization;
using System.Text;
using Failback.Benchmarks.Pipeline;
using Failback.Contracts;
using Failback.Testing.Processes;
using MySqlConnector;

namespace Failback.Benchmarks.Targets;

/// <summary>MariaDB; by hand: INSERT of a thousand rows with ON DUPLICATE KEY UPDATE, values as parameters.</summary>
internal sealed class MariaDbWide : IWideTarget
{
    private const int RowsPerStatement = 1000;
    private const string Columns =
        "id bigint PRIMARY KEY, code char(36) CHARACTER SET ascii NOT NULL, name varchar(60) NOT NULL, amount decimal(12,2), `at` "
            + "datetime(6), stock int, active tinyint(1), ratio double, day date, note text";
    private static readonly string Merge = " ON DUPLICATE KEY UPDATE "
        + string.Join(
            ", ", new[] { "code", "name", "amount", "at", "stock", "active", "ratio", "day", "note" }.Select(
                c => $"`{c}` = VALUES(`{c}`)"));

    private readonly MySqlTestDatabase _database;
    private readonly MySqlConnection _connection;

    private MariaDbWide(MySqlTestDatabase database)
    {
        _database = database;
        _connection = new MySqlConnection(
            new MySqlConnectionStringBuilder(
                database.ConnectionString)
            { GuidFormat = MySqlGuidFormat.None, CharacterSet = "utf8mb4" }.ConnectionString);
    }

    public ITestDatabase Database => _database;

    public string Schema => _database.Name;

    public MySqlConnection Connection => _connection;

    public IReadOnlyList<(string Name, Func<long, long, CancellationToken, Task> UpsertAsync)> Ways =>
        [("INSERT … ON DUPLICATE KEY", InsertAsync)];

    public static async Task<MariaDbWide> CreateAsync(string server)
    {
        var target = new MariaDbWide(await MySqlTestDatabase.CreateAsync(server));
        await target._connection.OpenAsync();
        return target;
    }

    public async Task CreateTablesAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        foreach (string table in tables) await ExecuteAsync($"CREATE TABLE {table} ({Columns})", cancellationToken);
    }

    public async Task PreloadAsync(long keys, CancellationToken cancellationToken)
    {
        for (long from = 0; from < keys; from += WideRow.HandBatch) await InsertAsync(
            from, Math.Min(WideRow.HandBatch, keys - from), cancellationToken);
        await ExecuteAsync("DELETE FROM wide WHERE id % 2 = 1", cancellationToken);
        // The server does nothing about an update to the values that are there, and its log says nothing of it.
        await ExecuteAsync("UPDATE wide SET stock = -1", cancellationToken);
        await ExecuteAsync("ANALYZE TABLE wide", cancellationToken);
    }

    public async Task<bool> IsAppliedAsync(HlcTimestamp through, int tables, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new MySqlCommand(
                $"SELECT COUNT(*) FROM {_database.StagingSchema}.checkpoint WHERE resolved_wall >= {through.Wall}", _connection);
            return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture) == tables;
        }
        catch (MySqlException e) when (e.ErrorCode is MySqlErrorCode.NoSuchTable or MySqlErrorCode.UnknownDatabase)
        {
            return false; // the applier has not come yet
        }
    }

    public async Task<bool> HasRowAsync(long id, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand($"SELECT COUNT(*) FROM wide WHERE id = {id}", _connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken), CultureInfo.InvariantCulture) == 1;
    }

    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(sql, _connection) { CommandTimeout = 300 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _database.DisposeAsync();
    }

    private async Task InsertAsync(long from, long count, CancellationToken cancellationToken)
    {
        await using MySqlTransaction transaction = await _connection.BeginTransactionAsync(cancellationToken);
        for (long start = from; start < from + count; start += RowsPerStatement)
        {
            int rows = (int)Math.Min(RowsPerStatement, from + count - start);
            var text = new StringBuilder("INSERT INTO wide VALUES ").AppendJoin(',', Enumerable.Repeat("(?,?,?,?,?,?,?,?,?,?)", rows))
                .Append(Merge);
            await using var command = new MySqlCommand(text.ToString(), _connection, transaction);
            for (long id = start; id < start + rows; id++)
            {
                foreach (object value in Row(id)) command.Parameters.Add(new MySqlParameter { Value = value });
            }

            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static object[] Row(long id) =>
    [
        id, WideRow.Code(id).ToString(), string.Create(CultureInfo.InvariantCulture, $"customer {id}"), id / 100m, WideRow.At(id),
        (int)(id % 1000), id % 2 == 0, id + 0.5, WideRow.At(id).Date, WideRow.Note,
    ];
}
