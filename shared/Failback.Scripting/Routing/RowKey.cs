using System.Buffers;
using System.Text.Json;
using Failback.Contracts.Control;

namespace Failback.Scripting.Routing;

/// <summary>
/// Builds the key array of a row that a userscript made, from the values of the table's key columns in the order of the table's own
/// keys. Deletes and upserts of one row must spell its key alike, or the row has two identities; therefore text that spells a
/// number of the received key becomes that number again.
/// </summary>
internal static class RowKey
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 100_000 };

    /// <summary>
    /// Returns the names, as in the row image, of the columns whose values make up a key of the table; empty when they are not
    /// known.
    /// </summary>
    internal static IReadOnlyList<string> Names(TableRoute route) =>
        route.SourceKey.Count > 0
        ? route.SourceKey
        : [.. route.TargetKey.Where(name => !IsConstant(route, name)).Select(name => SourceName(route, name))];

    /// <summary>Returns the key of a row image, or null when a key column is missing or null.</summary>
    /// <param name="image">The row as a JSON object.</param>
    /// <param name="names">Names of the key columns, in the order of the key.</param>
    /// <param name="received">Key array of the row that the script was given.</param>
    /// <param name="missing">The column that the image lacks, when there is no key.</param>
    /// <returns>The key as a JSON array, or null.</returns>
    internal static byte[]? Of(ReadOnlySpan<byte> image, IReadOnlyList<string> names, ReadOnlySpan<byte> received, out string missing)
    {
        missing = "";
        var key = new ArrayBufferWriter<byte>();
        for (int i = 0; i < names.Count; i++)
        {
            ReadOnlySpan<byte> value = Find(image, names[i]);
            if (value.IsEmpty || value.SequenceEqual("null"u8))
            {
                missing = names[i];
                return null;
            }

            key.Write(i == 0 ? "["u8 : ","u8);
            key.Write(AsReceived(value, received));
        }

        key.Write("]"u8);
        return key.WrittenSpan.ToArray();
    }

    /// <summary>
    /// A table without known key columns shows its single key column to scripts as <c>key1</c>. Returns the received key when the
    /// script left <c>key1</c> unchanged, otherwise null. Keys of several parts have no such form: their order would be a guess.
    /// </summary>
    internal static byte[]? Unnamed(ReadOnlySpan<byte> image, IReadOnlyList<string> names, ReadOnlySpan<byte> received)
    {
        List<Range> elements = Elements(received);
        if (names.Count != 1 || elements.Count != 1) return null;
        ReadOnlySpan<byte> value = Find(image, "key1");
        return !value.IsEmpty && AsReceived(value, received).SequenceEqual(received[elements[0]]) ? received.ToArray() : null;
    }

    /// <summary>
    /// Returns a source key in the order of another table's key columns, or unchanged when the names do not determine the order.
    /// </summary>
    internal static byte[] Reorder(ReadOnlySpan<byte> key, IReadOnlyList<string> from, IReadOnlyList<string> to)
    {
        List<Range> elements = Elements(key);
        int[] places = [
            .. to.Select(name => from.ToList().FindIndex(other => string.Equals(other, name, StringComparison.OrdinalIgnoreCase)))];
        if (places.Length == 0 || from.Count != elements.Count || Array.Exists(places, place => place < 0)) return key.ToArray();
        var ordered = new ArrayBufferWriter<byte>();
        for (int i = 0; i < places.Length; i++)
        {
            ordered.Write(i == 0 ? "["u8 : ","u8);
            ordered.Write(key[elements[places[i]]]);
        }

        ordered.Write("]"u8);
        return ordered.WrittenSpan.ToArray();
    }

    /// <summary>Returns true when both keys have the same values, in any order.</summary>
    internal static bool SameValues(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        List<byte[]> rest = [.. Values(right)];
        foreach (byte[] value in Values(left))
        {
            int place = rest.FindIndex(other => other.AsSpan().SequenceEqual(value));
            if (place < 0) return false;
            rest.RemoveAt(place);
        }

        return rest.Count == 0;
    }

    /// <summary>Returns true when both keys have the same values in the same order, whatever stands between them.</summary>
    internal static bool SameParts(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        List<byte[]> others = Values(right);
        List<byte[]> values = Values(left);
        return values.Count == others.Count && values.Zip(others).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
    }

    private static List<byte[]> Values(ReadOnlySpan<byte> key)
    {
        var values = new List<byte[]>();
        foreach (Range element in Elements(key)) values.Add(key[element].ToArray());
        return values;
    }

    private static bool IsConstant(TableRoute route, string column) =>
        route.Columns.Any(rule => rule.Constant is not null && string.Equals(rule.Target, column, StringComparison.OrdinalIgnoreCase));

    private static string SourceName(TableRoute route, string column) =>
        route.Columns.FirstOrDefault(rule => string.Equals(rule.Rename, column, StringComparison.OrdinalIgnoreCase))?.Column ?? column;

    /// <summary>
    /// Returns the raw value of a column, or an empty span. An exact name wins over the first one that differs in case only.
    /// </summary>
    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> image, string name)
    {
        ReadOnlySpan<byte> loose = default;
        var json = new Utf8JsonReader(image, Options);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool exact = json.ValueTextEquals(name);
            bool alike = exact || (loose.IsEmpty && string.Equals(json.GetString(), name, StringComparison.OrdinalIgnoreCase));
            json.Read();
            int start = (int)json.TokenStartIndex;
            json.Skip();
            if (!alike) continue;
            loose = image[start..(int)json.BytesConsumed];
            if (exact) return loose;
        }

        return loose;
    }

    /// <summary>
    /// Returns the number of the received key that the text spells, or the value itself. Scripts receive the numbers of keys as
    /// text.
    /// </summary>
    private static ReadOnlySpan<byte> AsReceived(ReadOnlySpan<byte> value, ReadOnlySpan<byte> received)
    {
        if (value[0] != '"') return value;
        foreach (Range element in Elements(received))
        {
            ReadOnlySpan<byte> known = received[element];
            if (known.Length == value.Length - 2 && known[0] != '"' && known.SequenceEqual(value[1..^1])) return known;
        }

        return value;
    }

    private static List<Range> Elements(ReadOnlySpan<byte> key)
    {
        var elements = new List<Range>(4);
        var json = new Utf8JsonReader(key, Options);
        json.Read();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            int start = (int)json.TokenStartIndex;
            json.Skip();
            elements.Add(start..(int)json.BytesConsumed);
        }

        return elements;
    }
}
