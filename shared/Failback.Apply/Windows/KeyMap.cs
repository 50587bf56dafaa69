using System.Text;
using System.Text.Json;
using Failback.Apply.Columns;
using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Contracts.Control;

namespace Failback.Apply.Windows;

/// <summary>
/// From the source's key array to the target's primary key columns, by name and never by position alone: a declared source key is
/// mapped by its names; otherwise the target's own order is assumed and every row that carries both its key and its columns is
/// checked against it. A contradiction that has exactly one explanation is learned (other column order, hash-shard number first).
/// </summary>
public sealed class KeyMap
{
    private readonly TargetTable _table;
    private readonly ColumnMap _map;

    /// <summary>Ordinals of the primary key columns that the key gives a value to; the others are constants.</summary>
    private readonly int[] _keyed;
    private int[]? _positions;
    private int _keyLength = -1;

    public KeyMap(TargetTable table, IReadOnlyList<string> sourceKey, IReadOnlyList<ColumnRule> rules)
    {
        _table = table;
        _map = new ColumnMap(table, rules);
        _keyed = [.. table.PrimaryKey.Where(o => _map.Constant(o).IsMissing)];
        if (sourceKey.Count == 0) return;
        int[] declared = [.. _keyed.Select(o => Position(sourceKey, _map.SourceName(o)))];
        IsDeclared = true;
        _keyLength = sourceKey.Count;
        if (Array.TrueForAll(declared, p => p >= 0)) _positions = declared;
    }

    /// <summary>For keys whose parts are in the order of the target's columns.</summary>
    internal static KeyMap InOrder(TargetTable table, IReadOnlyList<ColumnRule> rules) =>
        new(table, new KeyMap(table, [], rules).SourceNames, rules);

    /// <summary>Names, in rows of the feed, of the columns that make up the target's key.</summary>
    internal IReadOnlyList<string> SourceNames => [.. _keyed.Select(_map.SourceName)];

    /// <summary>The operator or the source's catalogue said so: never relearned.</summary>
    public bool IsDeclared { get; }

    /// <summary>True when the key locates the target row and says nothing more, so that both sides agree which rows are the same.</summary>
    public bool IsBijective => _positions is not null && _positions.Length == _keyLength;

    /// <summary>The key is the values of the target's primary key columns in their order, and nothing more.</summary>
    internal bool IsInTargetOrder
    {
        get
        {
            if (!IsBijective) return false;
            for (int i = 0; i < _keyLength; i++)
            {
                if (_positions![i] != i) return false;
            }

            return true;
        }
    }

    /// <summary>Canonical bytes that name the target row (or, while the map is not known, the source row).</summary>
    public KeyIdentity Identify(ReadOnlyMemory<byte> key)
    {
        if ((_positions is null || IsBijective) && KeySpelling.IsCanonical(key.Span)) return new KeyIdentity(key);
        List<RawValue> elements = ColumnValueReader.ReadKey(key);
        IEnumerable<RawValue> named = _positions is null || _positions.Length == elements.Count
            || Array.Exists(_positions, p => p >= elements.Count)
            ? elements
            : _positions.Order().Select(p => elements[p]);
        return new KeyIdentity(KeySpelling.Array(named));
    }

    /// <summary>Values of the target's primary key columns in their order, taken from the source's key array.</summary>
    /// <exception cref="ValueException">The key does not hold them.</exception>
    public void Locate(ReadOnlyMemory<byte> key, Span<RawValue> primaryKey)
    {
        List<RawValue> elements = ColumnValueReader.ReadKey(key);
        if (_positions is null && !IsDeclared && elements.Count == _keyed.Length)
        {
            _positions = [.. Enumerable.Range(0, elements.Count)];
            _keyLength = elements.Count;
        }

        if (_positions is null)
        {
            throw new ValueException(
                $"the key has {elements.Count} parts and the target's primary key {_keyed.Length}: declare the source's key columns in "
                    + $"tables[].key");
        }

        if (elements.Count != _keyLength) throw new ValueException($"the key has {elements.Count} parts where {_keyLength} were expected");
        for (int i = 0, place = 0; i < primaryKey.Length; i++)
        {
            int ordinal = _table.PrimaryKey[i];
            RawValue constant = _map.Constant(ordinal);
            primaryKey[i] = constant.IsMissing ? _map.Convert(ordinal, elements[_positions[place++]]) : constant;
        }
    }

    /// <summary>Checks the map against a row that carries its columns; true when it held or nothing can be said.</summary>
    /// <remarks>False: the map has changed, rows identified or located before have to be looked at again.</remarks>
    public bool Check(ReadOnlyMemory<byte> key, ReadOnlySpan<RawValue> cells)
    {
        if (IsDeclared || AgreesLiterally(key.Span, cells)) return true;
        List<RawValue> elements = ColumnValueReader.ReadKey(key);
        if (_positions is not null && elements.Count == _keyLength && Agrees(_positions, elements, cells)) return true;
        if (_positions is null && IsStraight(elements, cells))
        {
            _positions = [.. Enumerable.Range(0, elements.Count)];
            _keyLength = elements.Count;
            return true;
        }

        int[]? learned = Learn(elements, cells);
        if (learned is null) return true;
        if (_positions is not null && _positions.AsSpan().SequenceEqual(learned) && _keyLength == elements.Count) return true;
        _positions = learned;
        _keyLength = elements.Count;
        return false;
    }

    /// <summary>
    /// A source's key with its parts in the order of the target's columns; as it is where it is in that order, or the order is not known.
    /// </summary>
    internal ReadOnlyMemory<byte> InTargetOrder(ReadOnlyMemory<byte> key)
    {
        if (_positions is null || IsInTargetOrder) return key;
        List<RawValue> elements = ColumnValueReader.ReadKey(key);
        return Array.Exists(_positions, p => p >= elements.Count) ? key : Join(_positions.Select(p => elements[p]));
    }

    /// <summary>The key of a row image, its parts in the order of the target's columns; false when the image lacks one.</summary>
    internal bool TryKeyOf(ReadOnlyMemory<byte> image, out ReadOnlyMemory<byte> key)
    {
        key = default;
        if (image.IsEmpty) return false;
        var parts = new RawValue[_keyed.Length];
        var reader = new Utf8JsonReader(image.Span, new JsonReaderOptions { MaxDepth = 100_000 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int place = NameOf(ref reader) is { } name ? Array.IndexOf(_keyed, _map.Find(name)) : -1;
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (place >= 0) parts[place] = new RawValue(image[start..(int)reader.BytesConsumed]);
        }

        if (Array.Exists(parts, p => p.IsMissing || p.IsNull)) return false;
        key = Join(parts);
        return true;
    }

    /// <summary>The key with strings that spell a number as that number: scripts see numbers as strings and return them so.</summary>
    internal static ReadOnlyMemory<byte> WithNumbers(ReadOnlyMemory<byte> key) => Join(ColumnValueReader.ReadKey(key).Select(e =>
        e.IsString && e.Text() is var text && IsPlain(text)
            ? new RawValue(Encoding.UTF8.GetBytes(text))
            : e));

    private static bool IsPlain(string text) =>
        decimal.TryParse(
            text, System.Globalization.NumberStyles.AllowLeadingSign | System.Globalization.NumberStyles.AllowDecimalPoint,
            System.Globalization.CultureInfo.InvariantCulture, out _) && NumberText.Canonical(text) == text;

    private static ReadOnlyMemory<byte> Join(IEnumerable<RawValue> parts) =>
        Encoding.UTF8.GetBytes("[" + string.Join(", ", parts.Select(p => Encoding.UTF8.GetString(p.Json.Span))) + "]");

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
        for (int pass = 0; pass < 2; pass++)
        {
            StringComparison comparison = pass == 0 ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
            for (int i = 0; i < names.Count; i++)
            {
                if (string.Equals(names[i], column, comparison)) return i;
            }
        }

        return -1;
    }

    private bool AgreesLiterally(ReadOnlySpan<byte> key, ReadOnlySpan<RawValue> cells)
    {
        if (!IsBijective || _positions!.Length != 1 || _map.Converts(_keyed[0])) return false;
        ReadOnlySpan<byte> cell = cells[_keyed[0]].Json.Span;
        return key.Length == cell.Length + 2 && key[1..^1].SequenceEqual(cell);
    }

    /// <summary>The target's own order explains the row: rows identified so far stay what they are.</summary>
    private bool IsStraight(List<RawValue> elements, ReadOnlySpan<RawValue> cells) =>
        elements.Count == _keyed.Length && Agrees([.. Enumerable.Range(0, elements.Count)], elements, cells);

    private bool Agrees(int[] places, List<RawValue> elements, ReadOnlySpan<RawValue> cells)
    {
        for (int i = 0; i < places.Length; i++)
        {
            RawValue cell = cells[_keyed[i]];
            if (!cell.IsMissing && !IsSame(_keyed[i], elements[places[i]], cell)) return false;
        }

        return true;
    }

    /// <summary>A part of the key, in the form its column's rule asks for, is the value of the column.</summary>
    private bool IsSame(int ordinal, RawValue element, RawValue wanted)
    {
        try
        {
            return KeySpelling.Same(_map.Convert(ordinal, element), wanted);
        }
        catch (ValueException)
        {
            return false;
        }
    }

    /// <summary>The one assignment of key parts to primary key columns that explains the row; null: none, or several.</summary>
    private int[]? Learn(List<RawValue> elements, ReadOnlySpan<RawValue> cells)
    {
        int columns = _keyed.Length;
        var places = new int[columns];
        for (int i = 0; i < columns; i++)
        {
            RawValue cell = cells[_keyed[i]];
            if (cell.IsMissing) return null;
            int found = -1;
            for (int p = 0; p < elements.Count; p++)
            {
                if (!IsSame(_keyed[i], elements[p], cell)) continue;
                if (found >= 0) return null;
                found = p;
            }

            if (found < 0) return null;
            places[i] = found;
        }

        return places.Distinct().Count() == columns ? places : null;
    }
}
