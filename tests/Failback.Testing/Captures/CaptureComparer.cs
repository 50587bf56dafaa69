using System.Text.Json;

namespace Failback.Testing.Captures;

/// <summary>
/// Compares the rows of a target table with the final content of a capture and describes each difference in one line.
/// </summary>
public static class CaptureComparer
{
    /// <param name="target">Intended differences.</param>
    /// <param name="expected">The table at the source.</param>
    /// <param name="actual">Rows of the target as text, columns in the order of <paramref name="expected"/>.</param>
    public static IReadOnlyList<string> Compare(CaptureTarget target, CaptureTable expected, IReadOnlyList<string?[]> actual)
    {
        Dictionary<string, string?[]> wanted = Wanted(target, expected);
        var found = new Dictionary<string, string?[]>(StringComparer.Ordinal);
        foreach (string?[] row in actual.Select(row => Normalised(target, expected, row))) found.Add(Key(expected, row, found), row);
        List<string> differences = [];
        foreach ((string key, string?[] row) in wanted)
        {
            if (!found.Remove(key, out string?[]? other))
            {
                differences.Add($"{expected.Name} [{key}] is missing");
                continue;
            }

            for (int i = 0; i < row.Length; i++)
            {
                if (!string.Equals(row[i], other[i], StringComparison.Ordinal))
                    differences.Add($"{expected.Name} [{key}].{expected.Columns[i].Name}: expected {Show(row[i])}, found {Show(other[i])}");
            }
        }

        differences.AddRange(found.Keys.Select(k => $"{expected.Name} [{k}] should not be there"));
        return differences;
    }

    private static Dictionary<string, string?[]> Wanted(CaptureTarget target, CaptureTable expected)
    {
        Dictionary<string, JsonElement> json = expected.Json
            .Select(j => JsonDocument.Parse(j, new JsonDocumentOptions { MaxDepth = 512 }).RootElement)
            .Where(_ => HasVisibleKey(expected))
            .ToDictionary(j => string.Join(',', expected.PrimaryKey.Select(k => j.GetProperty(k).ToString())), StringComparer.Ordinal);
        var wanted = new Dictionary<string, string?[]>(StringComparer.Ordinal);
        foreach (string?[] source in expected.Rows)
        {
            string key = Key(expected, source, wanted);
            if (target.Unstorable.Any(u => u.Table == expected.Name && u.Key == key)) continue;
            string?[] row = [.. source];
            for (int i = 0; i < row.Length; i++)
            {
                string column = expected.Columns[i].Name;
                if (target.Lost.FirstOrDefault(l => l.Table == expected.Name && l.Key == key && l.Column == column) is { } lost)
                    row[i] = lost.Arrives;
                if (target.Adaptations.Any(a => a.FromJson && a.Table == expected.Name && a.Column == column))
                    row[i] = JsonText(json[key].GetProperty(column));
            }

            wanted.Add(key, Normalised(target, expected, row));
        }

        return wanted;
    }

    private static string? JsonText(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value.GetRawText();

    private static string?[] Normalised(CaptureTarget target, CaptureTable table, string?[] row) =>
        [.. row.Select((v, i) => Normalised(target, TypeOf(target, table, table.Columns[i]), v))];

    private static string? Normalised(CaptureTarget target, string type, string? value) =>
        value is not null && type == "JSONB" && target.HasBinaryJson
        ? CaptureValues.Json(value, byValue: true)
        : CaptureValues.Normalise(type, value);

    private static string TypeOf(CaptureTarget target, CaptureTable table, CaptureColumn column) =>
        target.Adaptations.Any(a => a.FromJson && a.Table == table.Name && a.Column == column.Name) ? "JSONB" : column.Type;

    // Rows without a key that can be seen are told apart by their place among equal ones.
    private static string Key(CaptureTable table, string?[] row, Dictionary<string, string?[]> rows) => HasVisibleKey(table)
        ? string.Join(',', table.PrimaryKey.Select(k => row[table.Columns.Select(c => c.Name).ToList().IndexOf(k)]))
        : $"{string.Join(',', row.Select(Show))} #{rows.Values.Count(other => other.SequenceEqual(row))}";

    private static bool HasVisibleKey(CaptureTable table) => table.PrimaryKey.All(key => table.Columns.Any(column => column.Name == key));

    private static string Show(string? value) =>
        value is null ? "NULL" : value.Length > 200 ? $"'{value[..200]}…' ({value.Length} characters)" : $"'{value}'";
}
