using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Failback.Apply.Values;

namespace Failback.Apply.Windows;

/// <summary>
/// One spelling per JSON value: no blanks, numbers without superfluous digits, in texts only the escapes that JSON demands. Two values
/// have one spelling only if they are equal. Works on bytes: what is no valid UTF-8, or half a surrogate pair, keeps its own spelling.
/// </summary>
internal static class KeySpelling
{
    private static readonly SearchValues<byte> Number = SearchValues.Create("+-.0123456789eE"u8);
    private static readonly SearchValues<byte> Ambiguous = SearchValues.Create(" \t\r\n.eE"u8);

    /// <summary>True when the JSON surely is in its one spelling; false when it has to be spelt to know.</summary>
    public static bool IsCanonical(ReadOnlySpan<byte> json)
    {
        while (true)
        {
            int quote = json.IndexOf((byte)'"');
            ReadOnlySpan<byte> outside = quote < 0 ? json : json[..quote];
            if (outside.ContainsAny(Ambiguous) || outside.IndexOf("-0"u8) >= 0) return false;
            if (quote < 0) return true;
            json = json[(quote + 1)..];
            int end = json.IndexOfAny((byte)'"', (byte)'\\');
            if (end < 0 || json[end] == (byte)'\\') return false;
            json = json[(end + 1)..];
        }
    }

    /// <summary>The array of the elements in its one spelling.</summary>
    public static byte[] Array(IEnumerable<RawValue> elements)
    {
        var spelt = new ArrayBufferWriter<byte>();
        spelt.Write("["u8);
        foreach (RawValue element in elements)
        {
            if (spelt.WrittenCount > 1) spelt.Write(","u8);
            Write(element.Json.Span, spelt);
        }

        spelt.Write("]"u8);
        return spelt.WrittenSpan.ToArray();
    }

    /// <summary>True when both are the same value.</summary>
    public static bool Same(RawValue one, RawValue other) =>
        one.Json.Span.SequenceEqual(other.Json.Span) || Of(one).AsSpan().SequenceEqual(Of(other));

    /// <summary>The value in its one spelling.</summary>
    public static byte[] Of(RawValue value)
    {
        var spelt = new ArrayBufferWriter<byte>(Math.Max(1, value.Json.Length));
        Write(value.Json.Span, spelt);
        return spelt.WrittenSpan.ToArray();
    }

    private static void Write(ReadOnlySpan<byte> json, ArrayBufferWriter<byte> spelt)
    {
        while (!json.IsEmpty)
        {
            byte first = json[0];
            if (first == '"') json = WriteText(json[1..], spelt);
            else if (char.IsAsciiDigit((char)first) || first == '-')
            {
                int end = json.IndexOfAnyExcept(Number);
                if (end < 0) end = json.Length;
                spelt.Write(Encoding.ASCII.GetBytes(NumberText.Canonical(Encoding.ASCII.GetString(json[..end]))));
                json = json[end..];
            }
            else
            {
                if (first is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')) spelt.Write(json[..1]);
                json = json[1..];
            }
        }
    }

    /// <summary>Writes a text whose opening quote has been read; returns what follows it.</summary>
    private static ReadOnlySpan<byte> WriteText(ReadOnlySpan<byte> json, ArrayBufferWriter<byte> spelt)
    {
        spelt.Write("\""u8);
        while (!json.IsEmpty)
        {
            int end = json.IndexOfAny((byte)'"', (byte)'\\');
            if (end < 0) end = json.Length;
            spelt.Write(json[..end]);
            json = json[end..];
            if (json.IsEmpty) break;
            if (json[0] == '"')
            {
                spelt.Write("\""u8);
                return json[1..];
            }

            json = WriteEscape(json, spelt);
        }

        return json;
    }

    private static ReadOnlySpan<byte> WriteEscape(ReadOnlySpan<byte> json, ArrayBufferWriter<byte> spelt)
    {
        if (TryReadUnit(json, out char unit))
        {
            json = json[6..];
            if (char.IsHighSurrogate(unit) && TryReadUnit(json, out char low) && char.IsLowSurrogate(low))
            {
                WriteRune(new Rune(unit, low), spelt);
                return json[6..];
            }

            if (char.IsSurrogate(unit)) spelt.Write(Encoding.ASCII.GetBytes($"\\u{(int)unit:x4}"));
            else WriteRune(new Rune(unit), spelt);
            return json;
        }

        int place = json.Length > 1 ? "bfnrt"u8.IndexOf(json[1]) : -1;
        if (place >= 0) WriteRune(new Rune("\b\f\n\r\t"[place]), spelt);
        else if (json.Length > 1) WriteRune(new Rune((char)json[1]), spelt);
        return json[Math.Min(2, json.Length)..];
    }

    private static void WriteRune(Rune rune, ArrayBufferWriter<byte> spelt)
    {
        if (rune.Value is '"' or '\\') spelt.Write("\\"u8);
        if (rune.Value < ' ') spelt.Write(Encoding.ASCII.GetBytes($"\\u{rune.Value:x4}"));
        else spelt.Advance(rune.EncodeToUtf8(spelt.GetSpan(4)));
    }

    /// <summary>Reads an escape of one UTF-16 unit.</summary>
    private static bool TryReadUnit(ReadOnlySpan<byte> json, out char unit)
    {
        unit = default;
        if (json.Length < 6 || json[0] != '\\' || json[1] != 'u') return false;
        if (!Utf8Parser.TryParse(json.Slice(2, 4), out ushort code, out int read, 'x') || read != 4) return false;
        unit = (char)code;
        return true;
    }
}
