using System.Data.Common;
using System.Globalization;
using Failback.Contracts;
using Failback.Testing.Captures;
using Oracle.ManagedDataAccess.Client;

namespace Failback.EndToEnd.Tests.Oracle;

/// <summary>
/// Creates, seeds and reads the target tables of a capture in Oracle. Values are read back in the spelling of CockroachDB.
/// </summary>
internal sealed class OracleTarget(OracleTestDatabase database, CaptureTarget shape) : ICaptureTarget
{
    private const int ParentMissing = 2291;

    public CaptureTarget Shape => shape;

    public async Task CreateAsync(Capture capture, CancellationToken cancellationToken = default)
    {
        await using OracleConnection connection = await database.OpenAsync(cancellationToken);
        foreach (string statement in shape.Ddl.Split(";", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            await using DbCommand command = connection.CreateCommand();
            command.CommandText = statement;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await database.GrantAsync(cancellationToken);

        foreach (string table in shape.Tables)
        {
            if (capture.AtFeedStart.TryGetValue(table, out CaptureTable? seed)) await SeedAsync(connection, seed, cancellationToken);
        }
    }

    public async Task<IReadOnlyList<string>> CompareAsync(Capture capture, CancellationToken cancellationToken = default)
    {
        List<string> differences = [];
        await using OracleConnection connection = await database.OpenAsync(cancellationToken);
        foreach (string table in shape.Tables)
            differences.AddRange(
                CaptureComparer.Compare(shape, capture.Final[table], await ReadAsync(connection, capture.Final[table], cancellationToken)));
        return differences;
    }

    private static async Task<IReadOnlyList<string?[]>> ReadAsync(
        OracleConnection connection, CaptureTable table, CancellationToken cancellationToken)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText =
            $"SELECT {string.Join(", ", table.Columns.Select(c => Shown(c.Name.ToUpperInvariant(), TypeOf(c))))} FROM "
                + $"{TableName.Parse(table.Name).Table}";
        await using DbDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        List<string?[]> rows = [];
        while (await row.ReadAsync(cancellationToken))
            rows.Add([.. table.Columns.Select((c, i) => row.IsDBNull(i) ? null : Text(TypeOf(c), row.GetValue(i)))]);
        return rows;
    }

    private static string Shown(string column, string type) => type switch
    {
        "BOOL" => $"CASE \"{column}\" WHEN 0 THEN 'false' WHEN 1 THEN 'true' END",
        "DATE" => $"TO_CHAR(\"{column}\", 'YYYY-MM-DD')",
        "TIMESTAMP" or "TIMESTAMPTZ" => $"TO_CHAR(\"{column}\", 'YYYY-MM-DD HH24:MI:SS.FF6')",
        _ => $"\"{column}\"",
    };

    private static string Text(string type, object value) => (type, value) switch
    {
        ("UUID", byte[] id) => new Guid(id, bigEndian: true).ToString(),
        (_, byte[] bytes) => "\\x" + Convert.ToHexStringLower(bytes),
        ("TIMESTAMP" or "TIMESTAMPTZ", string time) => time.TrimEnd('0').TrimEnd('.'),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    /// <summary>A row that refers to one further down waits for it.</summary>
    private static async Task SeedAsync(OracleConnection connection, CaptureTable seed, CancellationToken cancellationToken)
    {
        string columns = string.Join(", ", seed.Columns.Select(c => $"\"{c.Name.ToUpperInvariant()}\""));
        string sql =
            $"INSERT INTO {TableName.Parse(seed.Name).Table} ({columns}) VALUES "
                + $"({string.Join(", ", seed.Columns.Select((c, i) => Expression(TypeOf(c), $":p{i}")))})";
        var left = new Queue<string?[]>(seed.Rows);
        while (left.TryDequeue(out string?[]? row))
        {
            await using var command = (OracleCommand)connection.CreateCommand();
            command.CommandText = sql;
            command.BindByName = true;
            for (int i = 0; i < row.Length; i++) command.Parameters.Add(Parameter($"p{i}", TypeOf(seed.Columns[i]), row[i]));
            try
            {
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
            catch (OracleException e) when (e.Number == ParentMissing)
            {
                left.Enqueue(row);
            }
        }
    }

    private static string Expression(string type, string parameter) => type switch
    {
        "INT8" or "INT2" or "DECIMAL" or "BOOL" => $"TO_NUMBER({parameter})",
        "FLOAT4" => $"TO_BINARY_FLOAT({parameter})",
        "DATE" => $"TO_DATE({parameter}, 'YYYY-MM-DD')",
        "TIMESTAMP" or "TIMESTAMPTZ" => $"TO_TIMESTAMP({parameter}, 'YYYY-MM-DD HH24:MI:SS.FF6')",
        _ => parameter,
    };

    private static OracleParameter Parameter(string name, string type, string? text) => new()
    {
        ParameterName = name,
        OracleDbType = type is "UUID" or "BYTES" ? OracleDbType.Raw : OracleDbType.Varchar2,
        Value = (type, text) switch
        {
            (_, null) => DBNull.Value,
            ("UUID", _) => Guid.Parse(text).ToByteArray(bigEndian: true),
            ("BYTES", _) => Convert.FromHexString(text.AsSpan(2)),
            ("BOOL", _) => text is "t" or "true" ? "1" : "0",
            ("TIMESTAMP" or "TIMESTAMPTZ", _) => Time(text.Split('+')[0]),
            _ => text,
        },
    };

    private static string Time(string text) =>
        text.Contains('.', StringComparison.Ordinal) ? text.PadRight("2024-01-01 00:00:00.000000".Length, '0') : text + ".000000";

    private static string TypeOf(CaptureColumn column) => column.Type.Split('(', ' ')[0];
}
