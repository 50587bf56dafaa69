using System.Text.Encodings.Web;
using System.Text.Json;

namespace Failback.Apply.Values;

/// <summary>One column value as the raw JSON that arrived; converted once, by the dialect, on its way to the driver.</summary>
/// <param name="Json">The token's bytes, quotes and brackets included; empty when the row does not carry the column.</param>
public readonly record struct RawValue(ReadOnlyMemory<byte> Json)
{
    /// <summary>True when the row does not carry the column: the target keeps what it has.</summary>
    public bool IsMissing => Json.IsEmpty;

    public bool IsNull => Json.Length == 4 && Json.Span[0] == (byte)'n';

    public bool IsString => !Json.IsEmpty && Json.Span[0] == (byte)'"';

    /// <summary>A text as the JSON string that a changefeed would carry.</summary>
    public static RawValue OfText(string text)
    {
        byte[] json = [(byte)'"', .. JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, (byte)'"'];
        return new RawValue(json);
    }

    /// <summary>The string value of a JSON string, the raw text of anything else.</summary>
    /// <exception cref="ValueException">The string holds half a surrogate pair.</exception>
    public string Text()
    {
        ReadOnlySpan<byte> json = Json.Span;
        if (!IsString) return System.Text.Encoding.UTF8.GetString(json);
        if (json.IndexOf((byte)'\\') < 0) return System.Text.Encoding.UTF8.GetString(json[1..^1]);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new ValueException("text holds half a surrogate pair");
        }
    }
}
