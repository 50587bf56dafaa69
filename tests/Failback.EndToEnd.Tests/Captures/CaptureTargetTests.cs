using System.Text.Json;
using Failback.Testing.Captures;
using Failback.Testing.Processes;
using Npgsql;
using Xunit;

namespace Failback.EndToEnd.Tests.Captures;

/// <summary>
/// The targets and the comparison themselves, without Failback: what these cannot hold or tell apart no capture test could show.
/// </summary>
public sealed class CaptureTargetTests
{
    /// <summary>The recording does not show the hidden key of a table without one, so that its rows cannot be written by hand.</summary>
    public static TheoryData<string> Names => [.. Capture.Names.Except(["m_no_primary_key"], StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Names))]
    public async Task Every_final_value_written_by_hand_compares_equal(string name)
    {
        Capture capture = Capture.Load(name);
        CaptureTarget target = CaptureTarget.For(name);
        await using TestDatabase database = await TestDatabase.CreateAsync();
        var postgres = new PostgresTarget(database.ConnectionString, target);
        await postgres.CreateAsync(capture with { AtFeedStart = new Dictionary<string, CaptureTable>(StringComparer.Ordinal) });
        foreach (string table in target.Tables) await WriteAsync(postgres, target, capture.Final[table]);
        Assert.Empty(await postgres.CompareAsync(capture));
    }

    private static async Task WriteAsync(PostgresTarget postgres, CaptureTarget target, CaptureTable table)
    {
        await using NpgsqlConnection connection = await postgres.OpenAsync();
        await using (var relax = new NpgsqlCommand(
            "set session_replication_role = replica", connection)) await relax.ExecuteNonQueryAsync();
        string[] generated = await GeneratedAsync(connection, target, table);
        Dictionary<string, JsonElement> json = table.Json.Select(j => JsonDocument.Parse(j).RootElement)
            .ToDictionary(j => j.GetProperty(table.Columns[0].Name).ToString(), StringComparer.Ordinal);
        foreach (string?[] row in table.Rows)
        {
            if (target.Unstorable.Any(u => u.Table == table.Name && u.Key == row[0])) continue;
            List<string> columns = [], values = [];
            for (int i = 0; i < row.Length; i++)
            {
                CaptureColumn column = table.Columns[i];
                if (generated.Contains(column.Name, StringComparer.Ordinal)) continue;
                columns.Add($"\"{column.Name}\"");
                values.Add(Literal(target, table, column, row, json[row[0]!].GetProperty(column.Name)));
            }

            await using var insert = new NpgsqlCommand(
                $"insert into {target.Qualified(table.Name)} ({string.Join(", ", columns)}) values ({string.Join(", ", values)})",
                connection);
            await insert.ExecuteNonQueryAsync();
        }
    }

    private static string Literal(CaptureTarget target, CaptureTable table, CaptureColumn column, string?[] row, JsonElement json)
    {
        string? text = row[table.Columns.ToList().IndexOf(column)];
        bool fromJson = target.Adaptations.Any(a => a.FromJson && a.Table == table.Name && a.Column == column.Name);
        if (target.Lost.FirstOrDefault(l => l.Table == table.Name && l.Column == column.Name && l.Key == row[0]) is { } lost)
            text = lost.Arrives;
        if (text is null) return "null";
        if (fromJson) text = json.GetRawText();
        // CockroachDB prints enum labels inside arrays as SQL literals.
        if (column.Type.StartsWith("public.", StringComparison.Ordinal) && column.Type.EndsWith("[]", StringComparison.Ordinal))
            text = "{"
                + string.Join(',', json.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.Null ? "NULL" : $"\"{e.GetString()}\""))
                + "}";
        return $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
    }

    private static async Task<string[]> GeneratedAsync(NpgsqlConnection connection, CaptureTarget target, CaptureTable table)
    {
        await using var command = new NpgsqlCommand(
            "select attname from pg_attribute where attrelid = $1::regclass and attgenerated <> ''", connection)
        {
            Parameters = { new() { Value = target.Qualified(table.Name) } },
        };
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        List<string> names = [];
        while (await reader.ReadAsync()) names.Add(reader.GetString(0));
        return [.. names];
    }
}
