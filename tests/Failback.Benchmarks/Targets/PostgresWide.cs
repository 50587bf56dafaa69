using System.Globalization;
using Failback.Benchmarks.Pipeline;
using Failback.Contracts;
using Failback.Testing.Processes;
using Npgsql;
using NpgsqlTypes;

namespace Failback.Benchmarks.Targets;

/// <summary>PostgreSQL; by hand: typed arrays unnested on the server, and binary COPY into a temporary table that is merged.</summary>
internal sealed class PostgresWide : IWideTarget
{
    private const string Merge =
        "ON CONFLICT (id) DO UPDATE SET code = EXCLUDED.code, name = EXCLUDED.name, amount = EXCLUDED.amount, at = EXCLUDED.at, stock = "
            + "EXCLUDED.stock, active = EXCLUDED.active, ratio = EXCLUDED.ratio, day = EXCLUDED.day, note = EXCLUDED.note";

    private readonly TestDatabase _database;
    private readonly NpgsqlConnection _connection;

    private PostgresWide(TestDatabase database)
    {
        _database = database;
        _connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(
                database.ConnectionString)
            { MaxAutoPrepare = 20, AutoPrepareMinUsages = 2, Pooling = false }.ConnectionString);
    }

    public ITestDatabase Database => _database;

    public string Name => _database.Name;

    public string Schema => "public";

    public IReadOnlyList<(string Name, Func<long, long, CancellationToken, Task> UpsertAsync)> Ways =>
        [("unnest", UnnestAsync), ("COPY and merge", CopyAsync)];

    /// <param name="server">URL; null: the test server.</param>
    public static async Task<PostgresWide> CreateAsync(string? server = null)
    {
        var target = new PostgresWide(await TestDatabase.CreateAsync(server));
        await target._connection.OpenAsync();
        return target;
    }

    public Task CreateTablesAsync(IReadOnlyList<string> tables, CancellationToken cancellationToken) =>
        ExecuteAsync(string.Join(";\n", tables.Select(t => $"CREATE TABLE {t} ({WideRow.Columns})")), cancellationToken);

    public async Task PreloadAsync(long keys, CancellationToken cancellationToken)
    {
        for (long from = 0; from < keys; from += WideRow.HandBatch) await UnnestAsync(
            from, Math.Min(WideRow.HandBatch, keys - from), cancellationToken);
        await ExecuteAsync("DELETE FROM wide WHERE id % 2 = 1", cancellationToken);
        await ExecuteAsync("VACUUM ANALYZE wide", cancellationToken);
        await ExecuteAsync("CHECKPOINT", cancellationToken);
    }

    public async Task<bool> IsAppliedAsync(HlcTimestamp through, int tables, CancellationToken cancellationToken)
    {
        string question =
            $"select count(*) filter (where (resolved_wall, resolved_logical) >= ({through.Wall}, 0)) from "
                + $"{FailbackStack.StagingSchema}.checkpoint";
        try
        {
            return await _database.ScalarAsync<long>(question) == tables;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return false; // the applier has not come yet
        }
    }

    public async Task<bool> HasRowAsync(long id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT EXISTS (SELECT FROM wide WHERE id = $1)", _connection);
        command.Parameters.Add(new() { Value = id });
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, _connection) { CommandTimeout = 300 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _database.DisposeAsync();
    }

    private async Task UnnestAsync(long from, long count, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"INSERT INTO wide SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) {Merge}", _connection);
        long[] ids = [.. Enumerable.Range(0, (int)count).Select(i => from + i)];
        command.Parameters.Add(new() { Value = ids });
        command.Parameters.Add(new() { Value = ids.Select(WideRow.Code).ToArray() });
        command.Parameters.Add(new() { Value = ids.Select(NameOf).ToArray() });
        command.Parameters.Add(new() { Value = ids.Select(i => i / 100m).ToArray() });
        command.Parameters.Add(
            new() { Value = ids.Select(WideRow.At).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = ids.Select(i => (int)(i % 1000)).ToArray() });
        command.Parameters.Add(new() { Value = ids.Select(i => i % 2 == 0).ToArray() });
        command.Parameters.Add(new() { Value = ids.Select(i => i + 0.5).ToArray() });
        command.Parameters.Add(new() { Value = ids.Select(i => DateOnly.FromDateTime(WideRow.At(i))).ToArray() });
        command.Parameters.Add(new() { Value = ids.Select(_ => WideRow.Note).ToArray() });
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task CopyAsync(long from, long count, CancellationToken cancellationToken)
    {
        await ExecuteAsync("CREATE TEMPORARY TABLE IF NOT EXISTS incoming (LIKE wide) ON COMMIT DELETE ROWS", cancellationToken);
        await using NpgsqlTransaction transaction = await _connection.BeginTransactionAsync(cancellationToken);
        await using (NpgsqlBinaryImporter copy = await _connection.BeginBinaryImportAsync(
            "COPY incoming FROM STDIN (FORMAT BINARY)", cancellationToken))
        {
            for (long id = from; id < from + count; id++) Write(copy, id);
            await copy.CompleteAsync(cancellationToken);
        }

        await ExecuteAsync($"INSERT INTO wide SELECT * FROM incoming {Merge}", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static void Write(NpgsqlBinaryImporter copy, long id)
    {
        DateTime at = WideRow.At(id);
        copy.StartRow();
        copy.Write(id);
        copy.Write(WideRow.Code(id));
        copy.Write(NameOf(id));
        copy.Write(id / 100m);
        copy.Write(at, NpgsqlDbType.TimestampTz);
        copy.Write((int)(id % 1000));
        copy.Write(id % 2 == 0);
        copy.Write(id + 0.5);
        copy.Write(DateOnly.FromDateTime(at));
        copy.Write(WideRow.Note);
    }

    private static string NameOf(long id) => string.Create(CultureInfo.InvariantCulture, $"customer {id}");
}
