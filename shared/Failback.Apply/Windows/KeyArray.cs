using System.Globalization;
using System.Text;
using Failback.Apply.Columns;
using Failback.Apply.Values;

namespace Failback.Apply.Windows;

/// <summary>The JSON array that names a row in the feed.</summary>
internal static class KeyArray
{
    /// <summary>Number of parts, without reading them.</summary>
    public static int Count(ReadOnlySpan<byte> key)
    {
        int depth = 0, commas = 0;
        bool any = false;
        for (int i = 0; i < key.Length; i++)
        {
            switch (key[i])
            {
                case (byte)'"':
                    any = true;
                    while (++i < key.Length && key[i] != '"')
                    {
                        if (key[i] == '\\') i++;
                    }

                    break;
                case (byte)'[' or (byte)'{':
                    any |= depth++ > 0;
                    break;
                case (byte)']' or (byte)'}':
                    depth--;
                    break;
                case (byte)',':
                    if (depth == 1) commas++;
                    break;
                case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                    break;
                default:
                    any = true;
                    break;
            }
        }

        return any ? commas + 1 : 0;
    }

    public static ReadOnlyMemory<byte> Join(IEnumerable<RawValue> parts) =>
        Encoding.UTF8.GetBytes("[" + string.Join(", ", parts.Select(p => Encoding.UTF8.GetString(p.Json.Span))) + "]");

    /// <summary>The key with strings that spell a number as that number: scripts see numbers as strings and return them so.</summary>
    public static ReadOnlyMemory<byte> WithNumbers(ReadOnlyMemory<byte> key) => Join(ColumnValueReader.ReadKey(key).Select(WithNumber));

    /// <summary>The number that a string spells in the one way in which scripts get it; anything else as it is.</summary>
    public static RawValue WithNumber(RawValue part) =>
        part.IsString && part.Text() is var text && IsPlain(text) ? new RawValue(Encoding.UTF8.GetBytes(text)) : part;

    private static bool IsPlain(string text) =>
        decimal.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)
        && NumberText.Canonical(text) == text;
}
