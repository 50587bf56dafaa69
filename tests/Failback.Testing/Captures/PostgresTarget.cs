using Failback.Testing.Users;
using Npgsql;

namespace Failback.Testing.Captures;

/// <summary>Creates, seeds and reads the target tables of a capture in a PostgreSQL database.</summary>
public sealed class PostgresTarget(string connectionString, CaptureTarget target) : ICaptureTarget
{
    public CaptureTarget Shape => target;

    /// <summary>Creates schema and tables and fills them with the content at the start of the feed.</summary>
    public async Task CreateAsync(Capture capture, CancellationToken cancellationToken = default)
    {
        await using NpgsqlConnection connection = await OpenAsync(cancellationToken);
        await ExecuteAsync(
            connection, $"create schema if not exists \"{target.Schema}\"; set search_path to \"{target.Schema}\"; {target.Ddl}",
            cancellationToken);
        await PostgresUser.GrantSchemasAsync(connection);
        foreach (string table in target.Tables)
        {
            if (capture.AtFeedStart.TryGetValue(table, out CaptureTable? seed)) await SeedAsync(connection, table, seed, cancellationToken);
        }
    }

    /// <summary>Returns every row as text, columns in the order of <paramref name="table"/>.</summary>
    public async Task<IReadOnlyList<string?[]>> ReadAsync(CaptureTable table, CancellationToken cancellationToken = default)
    {
        await using NpgsqlConnection connection = await OpenAsync(cancellationToken);
        string columns = string.Join(", ", table.Columns.Select(c => $"\"{c.Name}\"::text"));
        await using var command = new NpgsqlCommand($"select {columns} from {target.Qualified(table.Name)}", connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        List<string?[]> rows = [];
        while (await reader.ReadAsync(cancellationToken))
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetString(i))]);
        return rows;
    }

    /// <summary>Returns all differences between the target and the final content of the capture; empty when they are equal.</summary>
    public async Task<IReadOnlyList<string>> CompareAsync(Capture capture, CancellationToken cancellationToken = default)
    {
        List<string> differences = [];
        foreach (string table in target.Tables)
        {
            CaptureTable expected = capture.Final[table];
            differences.AddRange(CaptureComparer.Compare(target, expected, await ReadAsync(expected, cancellationToken)));
        }

        return differences;
    }

    /// <summary>Opens a connection, for tests that change or read the target themselves.</summary>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken = default)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await ExecuteAsync(
            connection, "set timezone to 'UTC'; set intervalstyle to 'postgres'; set datestyle to 'ISO'; set extra_float_digits to 3",
            cancellationToken);
        return connection;
    }

    private async Task SeedAsync(NpgsqlConnection connection, string table, CaptureTable seed, CancellationToken cancellationToken)
    {
        string columns = string.Join(", ", seed.Columns.Select(c => $"\"{c.Name}\""));
        foreach (string?[] row in seed.Rows)
        {
            string values = string.Join(", ", row.Select(v => v is null ? "null" : $"'{v.Replace("'", "''", StringComparison.Ordinal)}'"));
            await ExecuteAsync(connection, $"insert into {target.Qualified(table)} ({columns}) values ({values})", cancellationToken);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
