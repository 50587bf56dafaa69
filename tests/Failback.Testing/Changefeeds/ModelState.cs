namespace Failback.Testing.Changefeeds;

/// <summary>The rows of every table at one moment. A row is replaced, never changed in place, so copies can share it.</summary>
public sealed class ModelState
{
    private readonly ModelSchema _schema;
    private readonly Dictionary<string, SortedDictionary<string, string?[]>> _tables;

    /// <summary>Creates an empty database.</summary>
    public ModelState(ModelSchema schema)
        : this(schema,
            schema.Tables.ToDictionary(
                t => t.Name, _ => new SortedDictionary<string, string?[]>(StringComparer.Ordinal), StringComparer.Ordinal))
    { }

    private ModelState(ModelSchema schema, Dictionary<string, SortedDictionary<string, string?[]>> tables)
    {
        _schema = schema;
        _tables = tables;
    }

    /// <summary>Rows of a table by key.</summary>
    public SortedDictionary<string, string?[]> this[string table] => _tables[table];

    /// <summary>Returns a copy that can be changed independently.</summary>
    public ModelState Copy() => new(
        _schema,
        _tables.ToDictionary(
            t => t.Key, t => new SortedDictionary<string, string?[]>(t.Value, StringComparer.Ordinal), StringComparer.Ordinal));

    /// <summary>Inserts or replaces a row.</summary>
    public void Put(ModelTable table, string?[] row) => _tables[table.Name][table.KeyOf(row)] = row;

    /// <summary>Applies one committed change.</summary>
    public void Apply(ModelChange change)
    {
        if (change.After is null) _tables[change.Table.Name].Remove(change.Key);
        else _tables[change.Table.Name][change.Key] = change.After;
    }

    /// <summary>Returns true when every foreign key has its parent and every unique value exists once.</summary>
    public bool IsValid() => _schema.Tables.All(t => ForeignKeysHold(t) && UniqueValuesHold(t));

    /// <summary>Returns the differences between this state and the given rows, in words.</summary>
    public IEnumerable<string> Differences(string table, IReadOnlyDictionary<string, string?[]> found)
    {
        foreach ((string key, string?[] row) in _tables[table])
        {
            if (!found.TryGetValue(key, out string?[]? other)) yield return $"{table} [{key}] is missing";
            else if (!row.SequenceEqual(other, StringComparer.Ordinal))
                yield return $"{table} [{key}] is ({string.Join(", ", other)}), should be ({string.Join(", ", row)})";
        }

        foreach (string key in found.Keys.Where(k => !_tables[table].ContainsKey(k))) yield return $"{table} [{key}] should not be there";
    }

    private bool ForeignKeysHold(ModelTable table) => table.ForeignKeys.All(f =>
    {
        int column = table.IndexOf(f.Column);
        ModelType type = table.Columns[column].Type;
        return _tables[table.Name].Values.All(
            r => r[column] is null || _tables[f.Parent].ContainsKey(ModelValues.Canonical(type, r[column]!)));
    });

    private bool UniqueValuesHold(ModelTable table) => table.UniqueColumns.All(c =>
    {
        int column = table.IndexOf(c.Name);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return _tables[table.Name].Values.All(r => r[column] is null || seen.Add(r[column]!));
    });
}
