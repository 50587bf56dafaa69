using System.Globalization;
using System.Text;
using System.Text.Json;
using Failback.Apply.Values;

namespace Failback.Applier.MySql.Values;

/// <summary>
/// json: the bytes as they arrived. MySQL keeps numbers as 64-bit integers or double: a number that would be rounded is refused;
/// MariaDB keeps the text. JSON null and SQL NULL look alike in a changefeed and both become NULL.
/// </summary>
internal sealed class JsonColumn(string name, MySqlType type) : MySqlColumn(name, type)
{
    private const int AlwaysExactDigits = 15;
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 100_000 };

    public override string Holds => Type.IsMariaDb
        ? $"CAST({Name} AS BINARY) <=> CAST({Parameter} AS BINARY)"
        : $"{Name} <=> CAST({Parameter} AS JSON)";

    public override object Convert(RawValue value)
    {
        if (!Type.IsMariaDb) RefuseRounding(value.Json.Span);
        return Encoding.UTF8.GetString(value.Json.Span);
    }

    private static void RefuseRounding(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Options);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.Number && !IsKept(reader.ValueSpan))
                throw new ValueException("holds a number with more digits than the target's JSON keeps");
        }
    }

    private static bool IsKept(ReadOnlySpan<byte> number)
    {
        string text = Encoding.ASCII.GetString(number);
        if (text.Length <= AlwaysExactDigits && !text.AsSpan().ContainsAny('e', 'E')) return true;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            || ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _)) return true;
        double parsed = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(parsed)
            && NumberText.Canonical(parsed.ToString("R", CultureInfo.InvariantCulture)) == NumberText.Canonical(text);
    }
}
