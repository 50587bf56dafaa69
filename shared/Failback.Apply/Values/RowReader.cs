using System.Text.Json;
using Failback.Apply.Columns;
using Failback.Apply.Tables;
using Failback.Contracts.Control;

namespace Failback.Apply.Values;

/// <summary>
/// Reads row images of one table into cells, one per target column. Property names are looked up once and then expected in the
/// order of the row before, as a changefeed writes them.
/// </summary>
public sealed class RowReader(TargetTable table, IReadOnlyList<ColumnRule> rules)
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 100_000 };
    private readonly ColumnMap columns = new(table, rules);
    private readonly List<(byte[] Name, int Ordinal)> order = [];
    private readonly HashSet<string> unknown = new(StringComparer.Ordinal);
    private readonly HashSet<string> contested = new(StringComparer.Ordinal);

    /// <summary>Columns of the feed that the target does not have, seen so far; CockroachDB's hidden ones are not listed.</summary>
    public IReadOnlyCollection<string> UnknownColumns => unknown;

    /// <summary>Columns of the feed whose namesake in the target belongs to another column by a rule.</summary>
    public IReadOnlyCollection<string> ContestedColumns => contested;

    /// <summary>Fills <paramref name="cells"/> (one per target column) with slices of <paramref name="after"/>, or what rules make of them.</summary>
    /// <exception cref="ValueException">The image is not a JSON object, or a value has not the form that its rule asks for.</exception>
    public void Read(ReadOnlyMemory<byte> after, Span<RawValue> cells)
    {
        cells.Clear();
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
                if (ordinal < 0) continue;
                var value = new RawValue(after[start..(int)reader.BytesConsumed]);
                cells[ordinal] = rules.Count == 0 ? value : columns.Convert(ordinal, value);
            }

            for (int i = 0; i < columns.Constants.Count; i++) cells[columns.Constants[i].Ordinal] = columns.Constants[i].Value;
        }
        catch (JsonException)
        {
            throw new ValueException("row image is not valid JSON");
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
        if (place < order.Count && reader.ValueTextEquals(order[place].Name)) return order[place].Ordinal;
        string name = reader.GetString()!;
        int ordinal = columns.Find(name);
        if (ordinal == ColumnMap.Unknown && !IsHidden(name)) unknown.Add(name);
        if (ordinal == ColumnMap.Contested) contested.Add(name);
        if (place < order.Count) order.RemoveRange(place, order.Count - place);
        if (place == order.Count) order.Add((System.Text.Encoding.UTF8.GetBytes(name), ordinal));
        return ordinal;
    }
}
