using System.Text;
using System.Text.RegularExpressions;

namespace Failback.Control.Definitions;

/// <summary>
/// A POSIX extended regular expression over whole names, case-insensitive. It is translated for .NET's engine that runs in linear
/// time: character classes such as <c>[[:digit:]]</c> are spelt out, a backslash in brackets is literal, Perl extensions are
/// refused.
/// </summary>
internal sealed class NameFilter
{
    private static readonly Dictionary<string, string> Classes = new(StringComparer.Ordinal)
    {
        ["alpha"] = "a-zA-Z",
        ["digit"] = "0-9",
        ["alnum"] = "a-zA-Z0-9",
        ["upper"] = "A-Z",
        ["lower"] = "a-z",
        ["space"] = @"\s",
        ["blank"] = @" \t",
        ["punct"] = @"!-/:-@\[-`{-~",
        ["xdigit"] = "0-9A-Fa-f",
        ["word"] = @"\w",
    };

    private readonly Regex _regex;

    private NameFilter(Regex regex) => _regex = regex;

    public bool Matches(string name) => _regex.IsMatch(name);

    /// <summary>Most characters of a pattern: the time to compile one grows with the square of its length.</summary>
    public const int MaxLength = 16 * 1024;

    /// <summary>Returns the filter of a pattern, or null and the reason when the pattern is wrong.</summary>
    public static NameFilter? TryCreate(string pattern, out string error)
    {
        error = "";
        if (pattern.Length > MaxLength)
        {
            error = $"longer than {MaxLength} characters: list the tables in tables instead";
            return null;
        }

        try
        {
            const RegexOptions options =
                RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture;
            return new NameFilter(new Regex($@"\A(?:{Translate(pattern)})\z", options, TimeSpan.FromSeconds(1)));
        }
        catch (NotSupportedException)
        {
            error = "more alternatives or repetitions than a filter may have: list the tables in tables instead";
            return null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            error = $"not a POSIX regular expression: {e.Message}";
            return null;
        }
    }

    private static string Translate(string pattern)
    {
        var text = new StringBuilder(pattern.Length + 8);
        for (int i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '(' when i + 1 < pattern.Length && pattern[i + 1] == '?':
                    throw new FormatException("(? is no POSIX syntax");
                case '\\' when i + 1 < pattern.Length:
                    text.Append(pattern, i++, 2);
                    break;
                case '[':
                    i = Bracket(pattern, i, text);
                    break;
                default:
                    text.Append(pattern[i]);
                    break;
            }
        }

        return text.ToString();
    }

    private static int Bracket(string pattern, int start, StringBuilder text)
    {
        int i = start + 1;
        text.Append('[');
        if (i < pattern.Length && pattern[i] == '^') text.Append(pattern[i++]);
        for (int first = i; i < pattern.Length; i++)
        {
            char c = pattern[i];
            if (c == ']' && i > first)
            {
                text.Append(']');
                return i;
            }

            int close = c == '[' && i + 1 < pattern.Length && pattern[i + 1] == ':'
                ? pattern.IndexOf(":]", i + 2, StringComparison.Ordinal)
                : -1;
            if (close > 0)
            {
                string name = pattern[(i + 2)..close];
                text.Append(Classes.GetValueOrDefault(name) ?? throw new FormatException($"[:{name}:] is no character class"));
                i = close + 1;
            }
            else
            {
                if (c is '\\' or '[' or ']') text.Append('\\');
                text.Append(c);
            }
        }

        throw new FormatException("a [ is not closed");
    }
}
