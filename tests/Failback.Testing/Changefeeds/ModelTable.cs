namespace Failback.Testing.Changefeeds;

/// <summary>A random table: the same columns at source and target.</summary>
public sealed record ModelTable
{
    public required string Name { get; init; }

    public required IReadOnlyList<ModelColumn> Columns { get; init; }

    /// <summary>Primary key at the target, in index order.</summary>
    public required IReadOnlyList<string> PrimaryKey { get; init; }

    /// <summary>
    /// Primary key at the source, in index order; a name that starts with <c>crdb_internal_</c> is a hash shard and in no row image.
    /// </summary>
    public required IReadOnlyList<string> SourceKey { get; init; }

    public IReadOnlyList<ModelForeignKey> ForeignKeys { get; init; } = [];

    /// <summary>Returns the position of a column.</summary>
    public int IndexOf(string column)
    {
        for (int i = 0; i < Columns.Count; i++)
        {
            if (Columns[i].Name == column) return i;
        }

        throw new ArgumentException($"{Name} has no column {column}", nameof(column));
    }

    /// <summary>Returns the identity of a row in the model: joined key values, DECIMAL without trailing zeros.</summary>
    public string KeyOf(IReadOnlyList<string?> row) =>
        string.Join('\u001f', KeyValuesOf(row).Select((v, i) => ModelValues.Canonical(Columns[IndexOf(PrimaryKey[i])].Type, v)));

    /// <summary>Returns the key values of a row, in the order of <see cref="PrimaryKey"/>.</summary>
    public IReadOnlyList<string> KeyValuesOf(IReadOnlyList<string?> row) => [.. PrimaryKey.Select(k => row[IndexOf(k)]!)];

    /// <summary>Columns with a unique index of their own.</summary>
    public IEnumerable<ModelColumn> UniqueColumns => Columns.Where(c => c.Unique);
}
