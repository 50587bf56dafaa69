using System.Text.Json;

namespace Failback.Scripting.Batches;

/// <summary>The properties of a row image, or the parts of a key, as slices of the received bytes.</summary>
internal sealed class RowFields
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 100_000 };
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    private RowFields(List<(string Name, ReadOnlyMemory<byte> Value)> fields)
    {
        Fields = fields;
        for (int i = 0; i < fields.Count; i++) _places[fields[i].Name] = i;
    }

    /// <summary>Names and raw values in the order received.</summary>
    public IReadOnlyList<(string Name, ReadOnlyMemory<byte> Value)> Fields { get; }

    /// <summary>Reads a row image.</summary>
    public static RowFields OfRow(ReadOnlyMemory<byte> row)
    {
        var fields = new List<(string, ReadOnlyMemory<byte>)>();
        var reader = new Utf8JsonReader(row.Span, Options);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            fields.Add((name, row[start..(int)reader.BytesConsumed]));
        }

        return new RowFields(fields);
    }

    /// <summary>Reads a key. Parts whose name is not known are called key1, key2, …</summary>
    public static RowFields OfKey(ReadOnlyMemory<byte> key, IReadOnlyList<string> names)
    {
        var fields = new List<(string, ReadOnlyMemory<byte>)>();
        var reader = new Utf8JsonReader(key.Span, Options);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            fields.Add((NameOf(fields.Count, names), key[start..(int)reader.BytesConsumed]));
        }

        return new RowFields(fields);
    }

    /// <summary>Returns the raw value of a received property.</summary>
    public ReadOnlyMemory<byte> this[string name] =>
        _places.TryGetValue(name, out int place)
        ? Fields[place].Value
        : throw new InvalidOperationException($"the script refers to '{name}', which it was not given");

    private static string NameOf(int place, IReadOnlyList<string> names) =>
        place < names.Count ? names[place] : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"key{place + 1}");
}
