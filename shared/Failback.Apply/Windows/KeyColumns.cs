using System.Text.Json;
using Failback.Apply.Columns;
using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Contracts.Control;

namespace Failback.Apply.Windows;

/// <summary>The columns of the target's primary key that the feed gives a value to; the others are constants of the definition.</summary>
internal sealed class KeyColumns
{
    private readonly TargetTable _table;
    private readonly ColumnMap _map;
    private readonly int[] _ordinals;

    public KeyColumns(TargetTable table, IReadOnlyList<ColumnRule> rules)
    {
        _table = table;
        _map = new ColumnMap(table, rules);
        _ordinals = [.. table.PrimaryKey.Where(o => _map.Constant(o).IsMissing)];
        Names = [.. _ordinals.Select(o => table.Columns[o].Name)];
        SourceNames = [.. _ordinals.Select(_map.SourceName)];
    }

    public Failback.Contracts.TableName Table => _table.Name;

    public int Count => _ordinals.Length;

    /// <summary>Ordinals in the table, in the order of the key.</summary>
    public ReadOnlySpan<int> Ordinals => _ordinals;

    /// <summary>Names in the target.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Names in rows of the feed.</summary>
    public IReadOnlyList<string> SourceNames { get; }

    /// <summary>The shape of a key of which the names of all parts are known.</summary>
    public KeyShape ShapeOf(IReadOnlyList<string> names) => new(names.Count, [.. SourceNames.Select(c => Position(names, c))]);

    /// <summary>Columns of the target's key but those that a shape has no part for.</summary>
    public IReadOnlyList<int> Without(KeyShape shape) =>
        [.. _table.PrimaryKey.Except(_ordinals.Where((_, i) => shape.Positions[i] == KeyShape.None))];

    /// <summary>The key is the target's key.</summary>
    public KeyShape Straight() => new(Count, [.. Enumerable.Range(0, Count)]);

    /// <summary>All columns of the target's key, from the parts of the feed's in a known order.</summary>
    public void Fill(Span<RawValue> primaryKey, List<RawValue> parts, KeyShape shape)
    {
        for (int i = 0, place = 0; i < primaryKey.Length; i++)
        {
            int ordinal = _table.PrimaryKey[i];
            RawValue constant = _map.Constant(ordinal);
            primaryKey[i] = constant.IsMissing ? _map.Convert(ordinal, parts[shape.Positions[place++]]) : constant;
        }
    }

    /// <summary>Values of the key columns of a row that was read; missing ones are left out by the feed.</summary>
    public RawValue[] Of(ReadOnlySpan<RawValue> cells)
    {
        var values = new RawValue[Count];
        for (int i = 0; i < values.Length; i++) values[i] = cells[_ordinals[i]];
        return values;
    }

    /// <summary>A part of the key, in the form its column's rule asks for, is the value of the column.</summary>
    public bool IsSame(int column, RawValue part, RawValue value)
    {
        try
        {
            return KeySpelling.Same(_map.Convert(_ordinals[column], part), value)
                || KeySpelling.Same(KeyArray.WithNumber(part), KeyArray.WithNumber(value));
        }
        catch (ValueException)
        {
            return false;
        }
    }

    /// <summary>
    /// Cells of a row of which only the key columns are read; false when the image lacks one, or holds what cannot be read.
    /// </summary>
    public bool TryCells(ReadOnlyMemory<byte> image, out RawValue[] cells)
    {
        cells = new RawValue[_table.Columns.Count];
        if (!TryParts(image, out RawValue[] parts)) return false;
        try
        {
            for (int i = 0; i < parts.Length; i++) cells[_ordinals[i]] = _map.Convert(_ordinals[i], parts[i]);
            return true;
        }
        catch (ValueException)
        {
            return false; // who reads the whole row says so of it
        }
    }

    /// <summary>Values of the key columns as the image has them; false when it lacks one.</summary>
    public bool TryParts(ReadOnlyMemory<byte> image, out RawValue[] parts)
    {
        parts = new RawValue[Count];
        if (image.IsEmpty) return false;
        var reader = new Utf8JsonReader(image.Span, new JsonReaderOptions { MaxDepth = 100_000 });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                int place = NameOf(ref reader) is { } name ? Array.IndexOf(_ordinals, _map.Find(name)) : -1;
                reader.Read();
                int start = (int)reader.TokenStartIndex;
                reader.Skip();
                if (place >= 0) parts[place] = new RawValue(image[start..(int)reader.BytesConsumed]);
            }
        }
        catch (JsonException)
        {
            return false; // who reads the whole row says so of it
        }

        return !Array.Exists(parts, p => p.IsMissing || p.IsNull);
    }

    /// <summary>The name of a property; null: it holds half a surrogate pair, as no column of a target does.</summary>
    private static string? NameOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static int Position(IReadOnlyList<string> names, string column)
    {
        List<string> all = [.. names];
        int exact = all.IndexOf(column);
        return exact >= 0 ? exact : all.FindIndex(n => string.Equals(n, column, StringComparison.OrdinalIgnoreCase));
    }
}
