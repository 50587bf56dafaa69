using System.Text;

namespace Failback.Contracts;

/// <summary>
/// A table name of one to three parts (<c>table</c>, <c>schema.table</c>, <c>database.schema.table</c>) as it stands in a
/// changefeed's topic, a definition or a catalogue. Parts are kept without quotes, in their own case.
/// </summary>
/// <param name="Database">First part of a three-part name, otherwise empty.</param>
/// <param name="Schema">Part before the table, otherwise empty.</param>
/// <param name="Table">Last part.</param>
public readonly record struct TableName(string Database, string Schema, string Table)
{
    /// <summary>A two-part name.</summary>
    public TableName(string schema, string table) : this("", schema, table) { }

    /// <summary>Reads a name; parts may be quoted as SQL quotes them (<c>"Mixed.Case"</c>, inner quotes doubled).</summary>
    public static bool TryParse(string? text, out TableName name)
    {
        name = default;
        if (string.IsNullOrEmpty(text)) return false;
        var parts = new List<string>(3);
        var part = new StringBuilder();
        for (int i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || text[i] == '.')
            {
                if (part.Length == 0) return false;
                parts.Add(part.ToString());
                part.Clear();
            }
            else if (text[i] == '"' && part.Length == 0)
            {
                for (i++; ; i++)
                {
                    if (i >= text.Length) return false;
                    if (text[i] != '"') part.Append(text[i]);
                    else if (i + 1 < text.Length && text[i + 1] == '"') part.Append(text[i++]);
                    else break;
                }

                if (i + 1 < text.Length && text[i + 1] != '.') return false;
            }
            else
            {
                part.Append(text[i]);
            }
        }

        if (parts.Count > 3) return false;
        name = new TableName(parts.Count > 2 ? parts[^3] : "", parts.Count > 1 ? parts[^2] : "", parts[^1]);
        return true;
    }

    /// <summary>Reads a name.</summary>
    /// <exception cref="FormatException">The text is not a table name of one to three parts.</exception>
    public static TableName Parse(string text) =>
        TryParse(text, out TableName name) ? name : throw new FormatException($"'{text}' is not a table name of one to three parts");

    /// <summary>Parts joined by dots; quoted only where a part holds a dot or a quote, so that <see cref="Parse"/> reads it back.</summary>
    public override string ToString() =>
        string.Join('.', new[] { Database, Schema, Table }.Where(p => !string.IsNullOrEmpty(p)).Select(Quote));

    private static string Quote(string part) =>
        part.Contains('.', StringComparison.Ordinal) || part.Contains('"', StringComparison.Ordinal)
            ? "\"" + part.Replace("\"", "\"\"", StringComparison.Ordinal) + "\""
            : part;
}
