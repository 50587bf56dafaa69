using System.Text.Json;
using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Contracts.Control;

namespace Failback.Apply.Columns;

/// <summary>
/// Reads row images of one table into cells, one per target column. Property names are looked up once and then expected in the
/// order of the row before, as a changefeed writes them.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="rules">What the definition says about single columns.</param>
/// <param name="extras">Column that takes the columns the target lacks, as one JSON object; null: they are left out.</param>
public sealed class ColumnValueReader(TargetTable table, IReadOnlyList<ColumnRule> rules, string? extras = null)
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 100_000 };
    private readonly ColumnMap _columns = new(table, rules);
    private readonly List<(byte[] Name, int Ordinal, UnknownColumn? Unknown)> _order = [];
    private readonly Dictionary<string, UnknownColumn> _unknown = new(StringComparer.Ordinal);
    private readonly HashSet<string> _contested = new(StringComparer.Ordinal);
    private readonly ExtrasDocument? _document = extras is null || table.FindColumn(extras) < 0
        ? null
        : new ExtrasDocument(table.Columns[table.FindColumn(extras)]);

    /// <summary>Columns of the feed that the target does not have, seen so far; CockroachDB's hidden ones are not listed.</summary>
    public IReadOnlyCollection<UnknownColumn> UnknownColumns => _unknown.Values;

    /// <summary>Columns of the target that the latest row did not carry and nothing else gives a value to.</summary>
    public IReadOnlyList<string> AbsentColumns => _order.Count == 0
        ? []
        : [.. table.Columns.Where(
            c => !c.IsGenerated && c.Ordinal != _document?.Ordinal && _columns.Constant(c.Ordinal).IsMissing
            && !_columns.IsLeftOut(c.Ordinal) && !_order.Exists(o => o.Ordinal == c.Ordinal)).Select(c => c.Name)];

    /// <summary>The target has the column that is to take the columns it lacks.</summary>
    public bool HasExtras => _document is not null;

    /// <summary>Columns of the feed whose namesake in the target belongs to another column by a rule.</summary>
    public IReadOnlyCollection<string> ContestedColumns => _contested;

    /// <summary>
    /// Fills <paramref name="cells"/> (one per target column) with slices of <paramref name="after"/>, or what rules make of them.
    /// </summary>
    /// <exception cref="ValueException">The image is not a JSON object, or a value has not the form that its rule asks for.</exception>
    public void Read(ReadOnlyMemory<byte> after, Span<RawValue> cells)
    {
        cells.Clear();
        _document?.Clear();
        var reader = new Utf8JsonReader(after.Span, Options);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new ValueException("row image is not a JSON object");
            for (int place = 0; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; place++)
            {
                int ordinal = Find(ref reader, place);
                reader.Read();
                int start = (int)reader.TokenStartIndex;
                reader.Skip();
                if (ordinal < 0 && ordinal != ColumnMap.Unknown) continue;
                var value = new RawValue(after[start..(int)reader.BytesConsumed]);
                if (ordinal < 0)
                {
                    Keep(_order[place].Unknown!, value);
                    continue;
                }

                cells[ordinal] = rules.Count == 0 ? value : _columns.Convert(ordinal, value);
            }

            for (int i = 0; i < _columns.Constants.Count; i++) cells[_columns.Constants[i].Ordinal] = _columns.Constants[i].Value;
            if (_document is not null) cells[_document.Ordinal] = _document.Take();
        }
        catch (JsonException)
        {
            throw new ValueException("row image is not valid JSON");
        }
        catch (InvalidOperationException)
        {
            // The reader's answer to half a surrogate pair; CockroachDB's texts have none, a userscript's or a strange sender's may.
            throw new ValueException("the name of a column holds half a surrogate pair");
        }
    }

    /// <summary>Splits the JSON array of a key into its elements.</summary>
    /// <exception cref="ValueException">The key is not a JSON array.</exception>
    public static List<RawValue> ReadKey(ReadOnlyMemory<byte> key)
    {
        var reader = new Utf8JsonReader(key.Span, Options);
        var elements = new List<RawValue>(4);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray) throw new ValueException("key is not a JSON array");
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                int start = (int)reader.TokenStartIndex;
                reader.Skip();
                elements.Add(new RawValue(key[start..(int)reader.BytesConsumed]));
            }
        }
        catch (JsonException)
        {
            throw new ValueException("key is not valid JSON");
        }

        return elements;
    }

    /// <summary>Columns that only exist inside CockroachDB.</summary>
    private static bool IsHidden(string name) =>
        name is "rowid" or "crdb_region" || name.StartsWith("crdb_internal_", StringComparison.Ordinal);

    private int Find(ref Utf8JsonReader reader, int place)
    {
        if (place < _order.Count && reader.ValueTextEquals(_order[place].Name)) return _order[place].Ordinal;
        string name = reader.GetString()!;
        int ordinal = _columns.Find(name);
        if (ordinal == ColumnMap.Unknown && IsHidden(name)) ordinal = ColumnMap.LeftOut;
        if (ordinal >= 0 && ordinal == _document?.Ordinal) ordinal = ColumnMap.Contested;
        UnknownColumn? column = null;
        if (ordinal == ColumnMap.Unknown && !_unknown.TryGetValue(name, out column)) _unknown[name] = column = new UnknownColumn(name);
        if (ordinal == ColumnMap.Contested) _contested.Add(name);
        if (place < _order.Count) _order.RemoveRange(place, _order.Count - place);
        if (place == _order.Count) _order.Add((System.Text.Encoding.UTF8.GetBytes(name), ordinal, column));
        return ordinal;
    }

    private void Keep(UnknownColumn column, RawValue value)
    {
        column.See(value);
        _document?.Add(column, value);
    }
}
