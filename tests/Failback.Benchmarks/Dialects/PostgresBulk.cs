using System.Data.Common;
using Failback.Applier.Postgres;
using Failback.Apply.Dialects;
using Npgsql;
using NpgsqlTypes;

namespace Failback.Benchmarks.Dialects;

/// <summary>PostgreSQL by hand: arrays unnested on the server, and binary COPY into a temporary table that is merged.</summary>
internal sealed class PostgresBulk : IBulkTarget
{
    private const string Merge =
        "ON CONFLICT (id) DO UPDATE SET code = EXCLUDED.code, name = EXCLUDED.name, amount = EXCLUDED.amount, at = EXCLUDED.at, stock = "
            + "EXCLUDED.stock";

    public string Name => "PostgreSQL";

    public string? ServerUrl => Environment.GetEnvironmentVariable("FAILBACK_TEST_POSTGRES_URL");

    public ITargetDialect Dialect { get; } = new PostgresDialect();

    public IReadOnlyList<string> Ddl(bool secondIndex) =>
    [
        "DROP TABLE IF EXISTS bulk",
        $"CREATE TABLE bulk (id bigint PRIMARY KEY, code uuid NOT NULL{(secondIndex ? " UNIQUE" : "")}, name varchar(60), amount "
            + $"numeric(12,2), at timestamptz, stock int)",
    ];

    public IReadOnlyList<(string, Func<DbTransaction, IReadOnlyList<BulkRow>, Task>)> ByHand(bool secondIndex) =>
        [("unnest", UnnestAsync), ("COPY and merge", CopyAsync)];

    private static async Task UnnestAsync(DbTransaction transaction, IReadOnlyList<BulkRow> rows)
    {
        await using var command = new NpgsqlCommand(
            $"INSERT INTO bulk SELECT * FROM unnest($1, $2, $3, $4, $5, $6) {Merge}", (NpgsqlConnection)transaction.Connection!,
            (NpgsqlTransaction)transaction);
        command.Parameters.Add(new() { Value = rows.Select(r => r.Id).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(r => r.Code).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(r => r.Name).ToArray() });
        command.Parameters.Add(new() { Value = rows.Select(r => r.Amount).ToArray() });
        command.Parameters.Add(
            new() { Value = rows.Select(r => r.At).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new() { Value = rows.Select(r => r.Stock).ToArray() });
        await command.ExecuteNonQueryAsync();
    }

    private static async Task CopyAsync(DbTransaction transaction, IReadOnlyList<BulkRow> rows)
    {
        var connection = (NpgsqlConnection)transaction.Connection!;
        await ExecuteAsync(transaction, "CREATE TEMPORARY TABLE incoming (LIKE bulk) ON COMMIT DROP");
        await using (NpgsqlBinaryImporter copy = await connection.BeginBinaryImportAsync("COPY incoming FROM STDIN (FORMAT BINARY)"))
        {
            foreach (BulkRow row in rows)
            {
                await copy.StartRowAsync();
                await copy.WriteAsync(row.Id);
                await copy.WriteAsync(row.Code);
                await copy.WriteAsync(row.Name);
                await copy.WriteAsync(row.Amount);
                await copy.WriteAsync(row.At, NpgsqlDbType.TimestampTz);
                await copy.WriteAsync(row.Stock);
            }

            await copy.CompleteAsync();
        }

        await ExecuteAsync(transaction, $"INSERT INTO bulk SELECT * FROM incoming {Merge}");
    }

    private static async Task ExecuteAsync(DbTransaction transaction, string sql)
    {
        await using var command = new NpgsqlCommand(sql, (NpgsqlConnection)transaction.Connection!, (NpgsqlTransaction)transaction);
        await command.ExecuteNonQueryAsync();
    }
}
