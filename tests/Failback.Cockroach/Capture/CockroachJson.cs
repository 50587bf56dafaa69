using System.Globalization;
using System.Text;

namespace Failback.Cockroach.Capture;

/// <summary>
/// Writes a value, given in PostgreSQL's text form (ISO dates, UTC, hex bytes), as CockroachDB's changefeed writes it. Types with
/// the same text in both are passed on; the differences were found in recorded traffic.
/// </summary>
internal static class CockroachJson
{
    public static string Value(ColumnType type, string? text) =>
        text is null ? "null" : type.IsArray ? ArrayLiteral.ToJson(type.Name, text) : Scalar(type.Name, text);

    /// <summary>Returns a JSON string. CockroachDB also escapes &lt;, &gt; and &amp;.</summary>
    public static string Text(string text)
    {
        var json = new StringBuilder(text.Length + 2).Append('"');
        foreach (char c in text)
        {
            if (c is '"' or '\\') json.Append('\\').Append(c);
            else if (c is '<' or '>' or '&' || c < ' ') json.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else json.Append(c);
        }

        return json.Append('"').ToString();
    }

    public static string Scalar(string type, string text) => type switch
    {
        "bool" => text[0] == 't' ? "true" : "false",
        "int2" or "int4" or "int8" => text,
        "float4" or "float8" => Number(text, shortest: true),
        "numeric" => Number(text, shortest: false),
        "json" or "jsonb" => text,
        "timestamp" => Text(Time(text, "")),
        "timestamptz" => Text(Time(text, "Z")),
        "timetz" => Text(TimeWithZone(text)),
        "bpchar" => Text(text.TrimEnd(' ')),
        _ => Text(text),
    };

    // Decimals are printed without an exponent while the exponent is not positive and the first digit is close to the point. Floats
    // have no trailing zeros.
    private static string Number(string text, bool shortest)
    {
        if (text is "NaN" or "Infinity" or "-Infinity") return Text(text);
        string sign = text[0] == '-' ? "-" : "";
        string body = text.TrimStart('-');
        int e = body.IndexOf('e', StringComparison.OrdinalIgnoreCase);
        int exponent = e < 0 ? 0 : int.Parse(body[(e + 1)..], CultureInfo.InvariantCulture);
        string mantissa = e < 0 ? body : body[..e];
        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        string digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        if (point >= 0) exponent -= mantissa.Length - point - 1;
        digits = digits.TrimStart('0') is { Length: > 0 } trimmed ? trimmed : "0";
        if (shortest)
        {
            string kept = digits.TrimEnd('0') is { Length: > 0 } some ? some : "0";
            exponent = kept == "0" ? 0 : exponent + digits.Length - kept.Length;
            digits = kept;
        }

        int adjusted = exponent + digits.Length - 1;
        if (exponent > 0 || adjusted < -6) return sign + Scientific(digits, adjusted);
        if (exponent == 0) return sign + digits;
        string padded = digits.PadLeft(1 - exponent, '0');
        return $"{sign}{padded[..^-exponent]}.{padded[^-exponent..]}";
    }

    private static string Scientific(string digits, int adjusted) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{digits[0]}{(digits.Length > 1 ? "." + digits[1..] : "")}E{(adjusted < 0 ? "" : "+")}{adjusted}");

    private static string Time(string text, string zone)
    {
        if (text == "infinity") return "294276-12-31T23:59:59.999999" + zone;
        if (text == "-infinity") return "-4713-11-24T00:00:00" + zone;
        bool before = text.EndsWith(" BC", StringComparison.Ordinal);
        string plain = before ? text[..^3] : text;
        if (zone.Length > 0 && plain.EndsWith("+00", StringComparison.Ordinal)) plain = plain[..^3];
        plain = plain.Replace(' ', 'T');
        if (!before) return plain + zone;
        int dash = plain.IndexOf('-', StringComparison.Ordinal);
        // CockroachDB writes astronomical years: 1 BC is 0.
        int year = 1 - int.Parse(plain[..dash], CultureInfo.InvariantCulture);
        return (year < 0 ? "-" : "") + Math.Abs(year).ToString("0000", CultureInfo.InvariantCulture) + plain[dash..] + zone;
    }

    private static string TimeWithZone(string text)
    {
        int sign = text.IndexOfAny(['+', '-']);
        string offset = text[sign..];
        while (offset.Count(c => c == ':') < 2) offset += ":00";
        return text[..sign] + offset;
    }
}
