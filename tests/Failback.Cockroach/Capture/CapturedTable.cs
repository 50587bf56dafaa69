namespace Failback.Cockroach.Capture;

/// <summary>A table as PostgreSQL's log describes it.</summary>
/// <param name="Oid">Object id.</param>
/// <param name="Schema">Schema.</param>
/// <param name="Name">Name.</param>
/// <param name="Columns">Columns in order.</param>
/// <param name="Key">Positions of the primary key's columns, in index order.</param>
internal sealed record CapturedTable(uint Oid, string Schema, string Name, IReadOnlyList<CapturedColumn> Columns, IReadOnlyList<int> Key)
{
    /// <summary>Returns the JSON image of a row with its columns sorted by name, as CockroachDB writes it.</summary>
    public string Row(string?[] values) =>
        "{" + string.Join(", ", Columns.Select((column, i) => (column, i)).OrderBy(pair => pair.column.Name, StringComparer.Ordinal)
            .Select(pair => CockroachJson.Text(pair.column.Name) + ": " + CockroachJson.Value(pair.column.Type, values[pair.i]))) + "}";

    /// <summary>Returns the JSON array of a row's key.</summary>
    public string KeyOf(string?[] values) =>
        "[" + string.Join(", ", Key.Select(i => CockroachJson.Value(Columns[i].Type, values[i]))) + "]";
}

/// <summary>A column with its type.</summary>
internal sealed record CapturedColumn(string Name, ColumnType Type);

/// <summary>A type by its base name in pg_type; for an array the name of its element type.</summary>
internal sealed record ColumnType(string Name, bool IsArray);
