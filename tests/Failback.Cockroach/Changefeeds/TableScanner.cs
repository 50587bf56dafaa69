using System.Runtime.CompilerServices;
using Failback.Cockroach.Capture;
using Failback.Contracts;
using Npgsql;

namespace Failback.Cockroach.Changefeeds;

/// <summary>
/// Reads whole tables for an initial scan. Rows may be newer than the time of the scan; the changes that made them so follow.
/// </summary>
internal sealed class TableScanner(NpgsqlDataSource database)
{
    public async IAsyncEnumerable<Change> ScanAsync(
        IEnumerable<uint> tables, HlcTimestamp at, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using (var settings = new NpgsqlCommand(
            "SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'postgres'; SET extra_float_digits = 1; SET bytea_output = "
                + "'hex'", connection))
        {
            await settings.ExecuteNonQueryAsync(cancellationToken);
        }

        foreach (uint oid in tables)
        {
            CapturedTable table = await DescribeAsync(oid, cancellationToken);
            string columns = string.Join(", ", table.Columns.Select(column => Statements.Pg.Name(column.Name) + "::text"));
            await using var command = new NpgsqlCommand(
                $"SELECT {columns} FROM {Statements.Pg.Name([table.Schema, table.Name])}", connection);
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                string?[] row = [.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetString(i))];
                yield return new Change(oid, at, table.KeyOf(row), table.Row(row), null);
            }
        }
    }

    private async Task<CapturedTable> DescribeAsync(uint oid, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = database.CreateCommand(
            """
            SELECT c.relnamespace::regnamespace::text, c.relname::text, a.attname::text, a.atttypid::int8 FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.oid = $1::int8::oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated <> 'v' ORDER BY a.attnum
            """);
        command.Parameters.Add(new NpgsqlParameter { Value = (long)oid });
        var columns = new List<(string, uint)>();
        (string Schema, string Name) table = ("", "");
        await using (NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                table = (reader.GetString(0).Trim('"'), reader.GetString(1));
                columns.Add((reader.GetString(2), (uint)reader.GetInt64(3)));
            }
        }

        return await new TableCache(database).DescribeAsync(oid, table.Schema, table.Name, columns, cancellationToken);
    }
}
