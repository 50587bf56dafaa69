using System.Globalization;
using System.Text;

namespace Failback.Cli.Output;

/// <summary>
/// Makes text from outside harmless for a terminal. Names of tables, messages of servers and rows may hold sequences that clear the
/// screen, set its title or turn the reading direction; they are shown as JSON escapes, so that JSON stays JSON.
/// </summary>
internal static class SafeText
{
    /// <summary>Returns the text on one line: line breaks are escaped, too.</summary>
    public static string Line(string text) => Escape(text, keepLines: false);

    /// <summary>Returns the text with its line breaks and tabs.</summary>
    public static string Block(string text) => Escape(text, keepLines: true);

    private static string Escape(string text, bool keepLines)
    {
        int first = 0;
        while (first < text.Length && !IsUnsafe(text, first, keepLines)) first++;
        if (first == text.Length) return text;
        var safe = new StringBuilder(text, 0, first, text.Length + 16);
        for (int i = first; i < text.Length; i++)
        {
            if (IsUnsafe(text, i, keepLines)) safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
            else safe.Append(text[i]);
        }

        return safe.ToString();
    }

    private static bool IsUnsafe(string text, int index, bool keepLines) => text[index] switch
    {
        '\n' or '\t' => !keepLines,
        // U+202A to U+202E and U+2066 to U+2069 turn the reading direction; U+2028 and U+2029 end lines; U+200B to U+200F are invisible.
        >= '\u200b' and <= '\u200f' or >= '\u2028' and <= '\u202e' or >= '\u2060' and <= '\u206f' or '\ufeff' => true,
        var c when char.IsControl(c) => true,
        var c when char.IsHighSurrogate(c) => index + 1 == text.Length || !char.IsLowSurrogate(text[index + 1]),
        var c when char.IsLowSurrogate(c) => index == 0 || !char.IsHighSurrogate(text[index - 1]),
        _ => false,
    };
}
