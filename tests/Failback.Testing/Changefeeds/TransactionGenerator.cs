using Failback.Contracts;

namespace Failback.Testing.Changefeeds;

/// <summary>
/// Creates random source transactions: inserts with their parents, updates, children moved to other parents, deletes with cascades,
/// key changes that children follow, unique values swapped and rotated, delete and reinsert, rows inserted and deleted in one
/// transaction, updates that change nothing. Only transactions whose final state satisfies every constraint are committed, as at a
/// real source.
/// </summary>
public sealed class TransactionGenerator(ModelSchema schema, Random random)
{
    private readonly HashSet<(string Table, string Key)> _touched = [];
    private ModelState _state = new(schema);
    private int _unique;

    /// <summary>Returns one transaction on top of <paramref name="before"/>; empty when it would violate a constraint.</summary>
    public IReadOnlyList<ModelChange> Next(ModelState before, HlcTimestamp updated, int maxOperations)
    {
        _state = before.Copy();
        _touched.Clear();
        int operations = random.Next(1, maxOperations + 1);
        for (int i = 0; i < operations; i++) Operate(schema.Tables[random.Next(schema.Tables.Count)]);
        // A source checks constraints at its commit: intermediate states may violate them, the final one may not.
        return _state.IsValid() ? [.. Changes(before, updated)] : [];
    }

    private IEnumerable<ModelChange> Changes(ModelState before, HlcTimestamp updated)
    {
        foreach ((string name, string key) in _touched)
        {
            ModelTable table = schema[name];
            string?[]? old = before[name].GetValueOrDefault(key);
            string?[]? now = _state[name].GetValueOrDefault(key);
            if (old is null && now is null)
            {
                // Inserted and deleted in one transaction: CockroachDB may send a delete of a key that was never sent before.
                if (random.Next(2) == 0) yield return new ModelChange(table, key, key.Split('\u001f'), null, null, updated);
                continue;
            }

            yield return new ModelChange(table, key, table.KeyValuesOf(now ?? old!), now, old, updated);
        }
    }

    private void Operate(ModelTable table)
    {
        switch (random.Next(20))
        {
            case < 6: Insert(table); break;
            case < 10: Update(table); break;
            case < 12: Link(table); break;
            case < 14: DeleteRandom(table); break;
            case < 16: ChangeKey(table); break;
            case < 17: Rotate(table, random.Next(2, 4)); break;
            case < 18: DeleteAndReinsert(table); break;
            case < 19: InsertAndDelete(table); break;
            default: Backfill(table); break;
        }
    }

    private string?[]? Insert(ModelTable table)
    {
        string?[] row = [.. table.Columns.Select(c => c.Nullable && random.Next(4) == 0 ? null : Value(c))];
        foreach (ModelForeignKey key in table.ForeignKeys)
        {
            int column = table.IndexOf(key.Column);
            bool nullable = table.Columns[column].Nullable;
            if (nullable && random.Next(3) == 0)
            {
                row[column] = null;
                continue;
            }

            string?[]? parent = Random(key.Parent);
            if ((parent is null || random.Next(4) == 0) && key.Parent != table.Name && !nullable) parent = Insert(schema[key.Parent]);
            if (parent is null && !nullable) return null;
            row[column] = parent?[0];
        }

        Put(table, row);
        return row;
    }

    private void Update(ModelTable table)
    {
        if (Random(table.Name) is not { } old) return;
        string?[] row = [.. old];
        foreach (ModelColumn column in table.Columns)
        {
            bool fixedValue = table.PrimaryKey.Contains(column.Name, StringComparer.Ordinal)
                || table.ForeignKeys.Any(f => f.Column == column.Name);
            if (!fixedValue && random.Next(2) == 0)
                row[table.IndexOf(column.Name)] = column.Nullable && random.Next(5) == 0 ? null : Value(column);
        }

        Put(table, row);
    }

    private void Link(ModelTable table)
    {
        if (table.ForeignKeys.Count == 0 || Random(table.Name) is not { } old) return;
        ModelForeignKey key = table.ForeignKeys[random.Next(table.ForeignKeys.Count)];
        if (Random(key.Parent) is not { } parent) return;
        string?[] row = [.. old];
        row[table.IndexOf(key.Column)] = parent[0];
        Put(table, row);
    }

    private void DeleteRandom(ModelTable table)
    {
        if (Random(table.Name) is { } row) Delete(table, row);
    }

    private void Delete(ModelTable table, string?[] row)
    {
        string key = table.KeyOf(row);
        if (!_state[table.Name].Remove(key)) return;
        _touched.Add((table.Name, key));
        foreach ((ModelTable child, ModelForeignKey reference) in schema.ReferencesTo(table.Name))
        {
            int column = child.IndexOf(reference.Column);
            foreach (string?[] dependent in Children(child, column, row[0]!))
            {
                bool nullable = child.Columns[column].Nullable;
                string?[]? other = reference.OnDelete == ModelDelete.Cascade && random.Next(2) == 0 ? null : Random(table.Name);
                if (reference.OnDelete == ModelDelete.SetNull
                    || (nullable && reference.OnDelete == ModelDelete.NoAction && random.Next(2) == 0))
                    Point(child, dependent, column, null);
                else if (other is not null && random.Next(2) == 0) Point(child, dependent, column, other[0]);
                else Delete(child, dependent);
            }
        }
    }

    private void ChangeKey(ModelTable table)
    {
        if (Random(table.Name) is not { } old) return;
        string?[] row = [.. old];
        row[0] = Value(table.Columns[0]);
        if (_state[table.Name].ContainsKey(table.KeyOf(row))) return;
        _state[table.Name].Remove(table.KeyOf(old));
        _touched.Add((table.Name, table.KeyOf(old)));
        Put(table, row);
        if (table.PrimaryKey.Count > 1) return;
        foreach ((ModelTable child, ModelForeignKey reference) in schema.ReferencesTo(table.Name))
        {
            int column = child.IndexOf(reference.Column);
            foreach (string?[] dependent in Children(child, column, old[0]!)) Point(child, dependent, column, row[0]);
        }
    }

    private void Rotate(ModelTable table, int count)
    {
        if (table.UniqueColumns.FirstOrDefault() is not { } unique) return;
        int column = table.IndexOf(unique.Name);
        string?[][] rows = [.. _state[table.Name].Values.Where(r => r[column] is not null).OrderBy(_ => random.Next()).Take(count)];
        if (rows.Length < count) return;
        string?[] values = [.. rows.Select(r => r[column])];
        for (int i = 0; i < rows.Length; i++)
        {
            string?[] row = [.. rows[i]];
            row[column] = values[(i + 1) % values.Length];
            Put(table, row);
        }
    }

    private void DeleteAndReinsert(ModelTable table)
    {
        if (Random(table.Name) is not { } old) return;
        Delete(table, old);
        if (Insert(table) is not { } row) return;
        bool sameKey = random.Next(2) == 0;
        string?[] reused = [.. row];
        foreach (ModelColumn column in table.Columns.Where(
            c => (sameKey && table.PrimaryKey.Contains(c.Name, StringComparer.Ordinal)) || c.Unique))
            reused[table.IndexOf(column.Name)] = old[table.IndexOf(column.Name)];
        if (sameKey) _state[table.Name].Remove(table.KeyOf(row));
        Put(table, reused);
    }

    private void InsertAndDelete(ModelTable table)
    {
        if (Insert(table) is { } row) Delete(table, row);
    }

    /// <summary>Sends every row of the table again, like the backfill of a schema change.</summary>
    private void Backfill(ModelTable table)
    {
        if (random.Next(4) > 0) return;
        foreach (string key in _state[table.Name].Keys) _touched.Add((table.Name, key));
    }

    private void Point(ModelTable table, string?[] old, int column, string? parent)
    {
        string?[] row = [.. old];
        row[column] = parent;
        Put(table, row);
    }

    private void Put(ModelTable table, string?[] row)
    {
        _state.Put(table, row);
        _touched.Add((table.Name, table.KeyOf(row)));
    }

    private List<string?[]> Children(ModelTable child, int column, string parent)
    {
        ModelType type = child.Columns[column].Type;
        string wanted = ModelValues.Canonical(type, parent);
        return [.. _state[child.Name].Values.Where(r => r[column] is not null && ModelValues.Canonical(type, r[column]!) == wanted)];
    }

    private string?[]? Random(string table)
    {
        SortedDictionary<string, string?[]> rows = _state[table];
        return rows.Count == 0 ? null : rows.ElementAt(random.Next(rows.Count)).Value;
    }

    private string Value(ModelColumn column)
    {
        string value = ModelValues.Next(column.Type, random);
        if (!column.Unique) return value;
        return column.Type == ModelType.Text
            ? $"{value}#{_unique++}"
            : (1_000_000 + _unique++).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
