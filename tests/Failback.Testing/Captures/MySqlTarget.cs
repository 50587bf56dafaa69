using Failback.Contracts;
using MySqlConnector;

namespace Failback.Testing.Captures;

/// <summary>
/// Creates, seeds and reads the target tables of a capture in MySQL or MariaDB. Values are read in CockroachDB's notation: BOOL as
/// words, BYTES as <c>\x</c> and hexadecimal digits, times without trailing zeros, FLOAT4 with all its digits, BIT with leading
/// zeros.
/// </summary>
public sealed class MySqlTarget(string connectionString, CaptureTarget target) : ICaptureTarget
{
    public CaptureTarget Shape => target;

    public async Task CreateAsync(Capture capture, CancellationToken cancellationToken = default)
    {
        await using MySqlConnection connection = await OpenAsync(cancellationToken);
        await ExecuteAsync(connection, target.Ddl, cancellationToken);
        // The seed satisfies the foreign keys as a whole, but not in the order of its rows.
        await ExecuteAsync(connection, "SET foreign_key_checks = 0", cancellationToken);
        foreach (string table in target.Tables)
        {
            if (capture.AtFeedStart.TryGetValue(table, out CaptureTable? seed)) await SeedAsync(connection, table, seed, cancellationToken);
        }
    }

    public async Task<IReadOnlyList<string>> CompareAsync(Capture capture, CancellationToken cancellationToken = default)
    {
        List<string> differences = [];
        await using MySqlConnection connection = await OpenAsync(cancellationToken);
        foreach (string table in target.Tables)
        {
            CaptureTable expected = capture.Final[table];
            differences.AddRange(CaptureComparer.Compare(target, expected, await ReadAsync(connection, expected, cancellationToken)));
        }

        return differences;
    }

    private static string Quoted(string name) => $"`{TableName.Parse(name).Table}`";

    private static async Task<IReadOnlyList<string?[]>> ReadAsync(
        MySqlConnection connection, CaptureTable table, CancellationToken cancellationToken)
    {
        Dictionary<string, string> types = await TypesAsync(connection, TableName.Parse(table.Name).Table, cancellationToken);
        string columns = string.Join(", ", table.Columns.Select(c => Shown($"`{c.Name}`", c.Type, types[c.Name])));
        await using var command = new MySqlCommand($"SELECT {columns} FROM {Quoted(table.Name)}", connection);
        await using MySqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        List<string?[]> rows = [];
        while (await reader.ReadAsync(cancellationToken))
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetString(i))]);
        return rows;
    }

    private static string Shown(string column, string source, string type) => (source.Split('(', ' ')[0], type) switch
    {
        ("BOOL", "tinyint") => $"CASE {column} WHEN 0 THEN 'false' WHEN 1 THEN 'true' END",
        (_, "binary" or "varbinary" or "longblob") when source == "UUID" =>
            $"LOWER(INSERT(INSERT(INSERT(INSERT(HEX({column}), 9, 0, '-'), 14, 0, '-'), 19, 0, '-'), 24, 0, '-'))",
        (_, "binary" or "varbinary" or "longblob") => $"CONCAT('\\\\x', LOWER(HEX({column})))",
        (_, "datetime" or "timestamp" or "time") =>
            $"IF(CAST({column} AS CHAR) LIKE '%.%', TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST({column} AS CHAR))), "
                + $"CAST({column} AS CHAR))",
        (_, "float") => $"CAST({column} * 1e0 AS CHAR)",
        (_, "bit") => $"LPAD(BIN({column} + 0), 8, '0')",
        _ => $"CAST({column} AS CHAR)",
    };

    private static async Task<Dictionary<string, string>> TypesAsync(
        MySqlConnection connection, string table, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(
            "SELECT COLUMN_NAME, LOWER(DATA_TYPE) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = @table",
            connection);
        command.Parameters.AddWithValue("@table", table);
        await using MySqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        var types = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken)) types[reader.GetString(0)] = reader.GetString(1);
        return types;
    }

    private async Task<MySqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new MySqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await ExecuteAsync(connection, "SET time_zone = '+00:00'", cancellationToken);
        return connection;
    }

    private static async Task SeedAsync(MySqlConnection connection, string table, CaptureTable seed, CancellationToken cancellationToken)
    {
        string columns = string.Join(", ", seed.Columns.Select(c => $"`{c.Name}`"));
        string places = string.Join(", ", seed.Columns.Select((_, i) => $"@p{i}"));
        foreach (string?[] row in seed.Rows)
        {
            await using var insert = new MySqlCommand($"INSERT INTO {Quoted(table)} ({columns}) VALUES ({places})", connection);
            for (int i = 0; i < row.Length; i++) insert.Parameters.AddWithValue($"@p{i}", Value(seed.Columns[i].Type, row[i]));
            await insert.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static object? Value(string type, string? text) => (type.Split('(')[0], text) switch
    {
        (_, null) => null,
        ("BOOL", _) => text is "t" or "true" ? 1 : 0,
        ("BYTES", _) => Convert.FromHexString(text.AsSpan(2)),
        ("TIMESTAMPTZ", _) => text.Split('+')[0],
        _ => text,
    };

    private static async Task ExecuteAsync(MySqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
