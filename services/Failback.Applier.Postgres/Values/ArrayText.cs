using System.Text;
using Failback.Apply.Values;

namespace Failback.Applier.Postgres.Values;

/// <summary>
/// Text of an array, of any number of dimensions, with each element as its type's converter has it.
/// https://www.postgresql.org/docs/current/arrays.html#ARRAYS-INPUT
/// </summary>
/// <param name="text">The text.</param>
/// <param name="element">Converts an element.</param>
internal sealed class ArrayText(string text, Func<RawValue, string> element)
{
    private const int MostDimensions = 6;
    private const string Blanks = " \t\n\r\v\f";
    private readonly StringBuilder _read = new();
    private int _at;

    /// <exception cref="ValueException">It is no such text, or an element does not fit.</exception>
    public string Read()
    {
        ReadArray(1);
        Skip();
        return _at == text.Length ? _read.ToString() : throw Malformed();
    }

    /// <summary>Adds an element in quotes.</summary>
    public static void Quote(StringBuilder array, string item)
    {
        array.Append('"');
        foreach (char c in item)
        {
            if (c is '"' or '\\') array.Append('\\');
            array.Append(c);
        }

        array.Append('"');
    }

    private static ValueException Malformed() => new("not the text of an array");

    private void ReadArray(int depth)
    {
        Skip();
        if (depth > MostDimensions || Next() != '{') throw Malformed();
        _read.Append('{');
        Skip();
        if (Peek() == '}')
        {
            _at++;
            _read.Append('}');
            return;
        }

        char separator;
        do
        {
            Skip();
            if (Peek() == '{') ReadArray(depth + 1);
            else if (Peek() == '"') Quote(_read, element(RawValue.OfText(ReadQuoted())));
            else AddBare();
            Skip();
            separator = Next();
            _read.Append(separator);
        }
        while (separator == ',');
        if (separator != '}') throw Malformed();
    }

    private void AddBare()
    {
        var item = new StringBuilder();
        for (; Peek() is not (',' or '}' or '{' or '"'); _at++)
        {
            if (Peek() == '\\') _at++;
            item.Append(Peek());
        }

        string bare = item.ToString().TrimEnd(Blanks.ToCharArray());
        if (bare.Length == 0) throw Malformed();
        if (bare.Equals("NULL", StringComparison.OrdinalIgnoreCase)) _read.Append("NULL");
        else Quote(_read, element(RawValue.OfText(bare)));
    }

    private string ReadQuoted()
    {
        var item = new StringBuilder();
        for (_at++; Peek() != '"'; _at++)
        {
            if (Peek() == '\\') _at++;
            item.Append(Peek());
        }

        _at++;
        return item.ToString();
    }

    private void Skip()
    {
        while (_at < text.Length && Blanks.Contains(text[_at], StringComparison.Ordinal)) _at++;
    }

    private char Peek() => _at < text.Length ? text[_at] : throw Malformed();

    private char Next()
    {
        char c = Peek();
        _at++;
        return c;
    }
}
