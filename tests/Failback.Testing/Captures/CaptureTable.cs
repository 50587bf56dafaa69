using System.Text.Json;

namespace Failback.Testing.Captures;

/// <summary>Content of one table as CockroachDB printed it.</summary>
/// <param name="Name">Table name without schema.</param>
/// <param name="Columns">Visible columns in order.</param>
/// <param name="PrimaryKey">Names of the key columns.</param>
/// <param name="Rows">Values as pgwire text (session in UTC), null for SQL NULL.</param>
/// <param name="Json">The same rows as JSON objects, in no particular order.</param>
public sealed record CaptureTable(
    string Name, IReadOnlyList<CaptureColumn> Columns, IReadOnlyList<string> PrimaryKey, IReadOnlyList<string?[]> Rows,
        IReadOnlyList<string> Json)
{
    internal static CaptureTable Parse(string name, JsonElement table)
    {
        Dictionary<string, CaptureColumn> columns = table.GetProperty("columns").EnumerateArray()
            .Select(c => new CaptureColumn(c.GetProperty("name").GetString()!, c.GetProperty("type").GetString()!))
            .ToDictionary(c => c.Name, StringComparer.Ordinal);
        return new CaptureTable(
            name,
            [.. table.GetProperty("header").EnumerateArray().Select(h => columns[h.GetString()!])],
            [.. table.GetProperty("primary_key").EnumerateArray().Select(k => k.GetString()!)],
            [.. table.GetProperty("rows").EnumerateArray().Select(r => r.EnumerateArray().Select(v => v.GetString()).ToArray())],
            [.. table.GetProperty("json").EnumerateArray().Select(j => j.GetString()!)]);
    }
}

/// <summary>A column and its CockroachDB type as SHOW COLUMNS prints it.</summary>
public sealed record CaptureColumn(string Name, string Type);
