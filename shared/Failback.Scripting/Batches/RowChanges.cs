using System.Buffers;
using System.Text.Json;

namespace Failback.Scripting.Batches;

/// <summary>
/// The changes of a script to one row: removed properties, properties that take over a received value, and properties with a new
/// value.
/// </summary>
internal sealed class RowChanges
{
    private readonly HashSet<string> _gone = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _moved = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _values = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];

    public string? Table { get; private set; }

    public bool IsDelete { get; private set; }

    /// <summary>True when the script returned a row, or a key by names.</summary>
    public bool HasRow { get; private set; }

    /// <summary>Parts of a key that the script returned as an array; null when it returned none.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? Key { get; private set; }

    public bool ChangesRow => _gone.Count + _order.Count > 0;

    /// <summary>Reads one property of the reply.</summary>
    public void Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> details)
    {
        byte property = reader.ValueSpan[0];
        reader.Read();
        switch (property)
        {
            case (byte)'t':
                Table = reader.GetString();
                break;
            case (byte)'d':
                IsDelete = true;
                break;
            case (byte)'n':
                HasRow = true;
                break;
            case (byte)'k':
                var parts = new List<ReadOnlyMemory<byte>>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) parts.Add(Value(ref reader, details));
                Key = parts;
                break;
            case (byte)'x':
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) _gone.Add(reader.GetString()!);
                break;
            default:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) ReadPair(ref reader, details, property == (byte)'m');
                break;
        }
    }

    /// <summary>Returns the row after the changes. Untouched properties keep the received bytes and their order.</summary>
    public byte[] Make(RowFields fields)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(
            output, new JsonWriterOptions
            {
                SkipValidation = true,
                MaxDepth = 100_000,
                Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping
            }))
        {
            writer.WriteStartObject();
            foreach ((string name, ReadOnlyMemory<byte> value) in fields.Fields)
            {
                // Changed properties follow the untouched ones; the order of properties in a row image has no meaning.
                if (!_gone.Contains(name) && !_moved.ContainsKey(name) && !_values.ContainsKey(name)) WriteProperty(writer, name, value);
            }

            foreach (string name in _order)
                WriteProperty(writer, name, _moved.TryGetValue(name, out string? origin) ? fields[origin] : _values[name]);
            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static void WriteProperty(Utf8JsonWriter writer, string name, ReadOnlyMemory<byte> value)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(value.Span, skipInputValidation: true);
    }

    private static ReadOnlyMemory<byte> Value(ref Utf8JsonReader reader, ReadOnlyMemory<byte> details)
    {
        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        return details[start..(int)reader.BytesConsumed];
    }

    private void ReadPair(ref Utf8JsonReader reader, ReadOnlyMemory<byte> details, bool isMoved)
    {
        string name = reader.GetString()!;
        reader.Read();
        if (isMoved) _moved[name] = reader.GetString()!;
        else _values[name] = Value(ref reader, details);
        _order.Add(name);
    }
}
