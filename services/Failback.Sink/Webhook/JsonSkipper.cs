using System.Buffers;

namespace Failback.Sink.Webhook;

/// <summary>
/// Finds the end of a JSON value without telling its tokens apart. It accepts nothing that <see cref="System.Text.Json.Utf8JsonReader"/> would refuse; the
/// bytes have been found to be UTF-8 before.
/// </summary>
internal static class JsonSkipper
{
    /// <summary>Nothing that this reads: malformed, or nested too deep for it.</summary>
    internal const int None = -1;

    /// <summary>One bit each in the stack.</summary>
    private const int MaxDepth = 63;

    private const int ShortString = 16;

    private static readonly SearchValues<byte> EndsPlainText = SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(b => (byte)b)]);

    /// <summary>The place behind the object or array that begins at <paramref name="at"/>.</summary>
    internal static int SkipContainer(ReadOnlySpan<byte> json, int at)
    {
        ulong objects = 0;
        int depth = 0;
        while (true)
        {
            // Here a value begins.
            byte first = Peek(json, at);
            if (first is (byte)'{' or (byte)'[')
            {
                if (++depth > MaxDepth) return None;
                bool isObject = first == '{';
                objects = (objects << 1) | (isObject ? 1UL : 0);
                at = SkipWhite(json, at + 1);
                if (Peek(json, at) != (isObject ? '}' : ']'))
                {
                    if (isObject && (at = SkipName(json, at)) == None) return None;
                    continue;
                }
            }
            else
            {
                at = SkipScalar(json, at, first);
                if (at == None) return None;
                at = SkipWhite(json, at);
            }

            // And here one has ended, or a container is empty: what encloses it ends as well, or goes on.
            while (true)
            {
                bool inObject = (objects & 1) != 0;
                byte next = Peek(json, at);
                if (next == ',')
                {
                    at = SkipWhite(json, at + 1);
                    if (inObject && (at = SkipName(json, at)) == None) return None;
                    break;
                }

                if (next != (inObject ? '}' : ']')) return None;
                at++;
                objects >>= 1;
                if (--depth == 0) return at;
                at = SkipWhite(json, at);
            }
        }
    }

    /// <summary>The place behind the string that begins at <paramref name="at"/>.</summary>
    internal static int SkipString(ReadOnlySpan<byte> json, int at)
    {
        if (Peek(json, at) != '"') return None;
        at++;
        int near = Math.Min(json.Length, at + ShortString);
        while (at < near && json[at] is not ((byte)'"' or (byte)'\\' or < 0x20)) at++;
        while (true)
        {
            int plain = json[at..].IndexOfAny(EndsPlainText);
            if (plain < 0) return None;
            at += plain;
            if (json[at] == '"') return at + 1;
            if (json[at] != '\\' || (at = SkipEscape(json, at)) == None) return None;
        }
    }

    internal static int SkipWhite(ReadOnlySpan<byte> json, int at)
    {
        while ((uint)at < (uint)json.Length && json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') at++;
        return at;
    }

    /// <summary>The byte at a place; 0, which JSON has nowhere, behind the end.</summary>
    internal static byte Peek(ReadOnlySpan<byte> json, int at) => (uint)at < (uint)json.Length ? json[at] : (byte)0;

    /// <summary>A property name with its colon, up to its value.</summary>
    private static int SkipName(ReadOnlySpan<byte> json, int at)
    {
        at = SkipString(json, at);
        if (at == None) return None;
        at = SkipWhite(json, at);
        return Peek(json, at) == ':' ? SkipWhite(json, at + 1) : None;
    }

    private static int SkipScalar(ReadOnlySpan<byte> json, int at, byte first) => first switch
    {
        (byte)'"' => SkipString(json, at),
        (byte)'t' => SkipWord(json, at, "true"u8),
        (byte)'f' => SkipWord(json, at, "false"u8),
        (byte)'n' => SkipWord(json, at, "null"u8),
        _ => SkipNumber(json, at),
    };

    private static int SkipWord(ReadOnlySpan<byte> json, int at, ReadOnlySpan<byte> word) => json[at..].StartsWith(word) ? at + word.Length : None;

    private static int SkipEscape(ReadOnlySpan<byte> json, int at)
    {
        byte kind = Peek(json, at + 1);
        if (kind is (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t') return at + 2;
        if (kind != 'u') return None;
        for (int i = 2; i < 6; i++)
        {
            if (!char.IsAsciiHexDigit((char)Peek(json, at + i))) return None;
        }

        return at + 6;
    }

    private static int SkipNumber(ReadOnlySpan<byte> json, int at)
    {
        if (Peek(json, at) == '-') at++;
        if (Peek(json, at) == '0') at++;
        else if ((at = SkipDigits(json, at)) == None) return None;
        if (Peek(json, at) == '.' && (at = SkipDigits(json, at + 1)) == None) return None;
        if (Peek(json, at) is not ((byte)'e' or (byte)'E')) return at;
        at++;
        return SkipDigits(json, Peek(json, at) is (byte)'+' or (byte)'-' ? at + 1 : at);
    }

    private static int SkipDigits(ReadOnlySpan<byte> json, int at)
    {
        int first = at;
        while (Peek(json, at) is >= (byte)'0' and <= (byte)'9') at++;
        return at > first ? at : None;
    }
}
