using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Failback.Testing.Captures;

/// <summary>
/// The only place where the notations of CockroachDB and PostgreSQL are made equal. Both texts of a value go through <see
/// cref="Normalise"/> with the CockroachDB type; types not listed here are compared character by character. FLOAT: as the same IEEE
/// number (<c>+Inf</c> is <c>Infinity</c>, <c>1e+300</c> is <c>1e300</c>); FLOAT4 after rounding to single precision, which
/// CockroachDB 21.1 does not do. DECIMAL: digits and scale, exponents expanded (<c>1E+20</c>); DECIMAL(p,s) at scale s. CHAR(n):
/// without trailing blanks. BOOL: <c>t</c> is <c>true</c>. TIMESTAMP: CockroachDB stores infinity as the first or last instant that
/// it can hold. TIMESTAMPTZ and TIMETZ: the offsets <c>+00</c> and <c>+00:00</c> are equal. INTERVAL: months, days, microseconds.
/// INET: without the mask of a single host (<c>/32</c>, <c>/128</c>). JSONB: same tree; numbers by value and scale; PostgreSQL has
/// no negative zero there. ARRAY: element by element; enum elements arrive as SQL literals.
/// </summary>
public static partial class CaptureValues
{
    /// <summary>Returns the canonical text of a value of a CockroachDB type; null stays null.</summary>
    public static string? Normalise(string type, string? text)
    {
        if (text is null) return null;
        if (type.EndsWith("[]", StringComparison.Ordinal)) return Array(type[..^2], text);
        string name = type.Split('(', ' ')[0];
        return name switch
        {
            "BOOL" => text is "t" or "true" ? "true" : "false",
            "FLOAT8" => Float(text).ToString("R", CultureInfo.InvariantCulture),
            "FLOAT4" => ((float)Float(text)).ToString("R", CultureInfo.InvariantCulture),
            "DECIMAL" => Decimal(text, DeclaredScale(type)),
            "CHAR" => text.TrimEnd(' '),
            "TIMESTAMP" => Timestamp(text),
            "TIMESTAMPTZ" => Timestamp(ZeroOffset().Replace(text, "")),
            "TIMETZ" => TimeWithOffset(text),
            "INTERVAL" => Interval(text),
            "INET" => WholeHost().Replace(text, ""),
            "JSONB" => Json(text),
            _ => text,
        };
    }

    /// <summary>Returns the canonical text of a JSON document: sorted keys, numbers by value and scale.</summary>
    /// <param name="text">The document.</param>
    /// <param name="byValue">True to compare numbers by value only.</param>
    public static string Json(string text, bool byValue = false)
    {
        using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 512 });
        var result = new StringBuilder();
        Write(document.RootElement, result, byValue);
        return result.ToString();
    }

    /// <summary>Returns the elements of a one-dimensional array literal; an unquoted NULL is null.</summary>
    public static IReadOnlyList<string?> Elements(string literal)
    {
        List<string?> elements = [];
        var element = new StringBuilder();
        for (int i = 1; i < literal.Length - 1; i++)
        {
            bool quoted = literal[i] == '"';
            if (quoted)
            {
                for (i++; literal[i] != '"'; i++) element.Append(literal[i] == '\\' ? literal[++i] : literal[i]);
                i++;
            }
            else
            {
                for (; i < literal.Length - 1 && literal[i] != ','; i++) element.Append(literal[i]);
            }

            string value = element.ToString();
            elements.Add(!quoted && value == "NULL" ? null : value);
            element.Clear();
        }

        return elements;
    }

    private static string Array(string elementType, string literal) =>
        string.Join('|', Elements(literal).Select(e => e is null ? "null" : $"\"{Normalise(elementType, EnumLabel(elementType, e))}\""));

    private static string EnumLabel(string type, string element)
    {
        if (!type.StartsWith("public.", StringComparison.Ordinal) || !element.EndsWith('\'')) return element;
        string label = element[(element.IndexOf('\'', StringComparison.Ordinal) + 1)..^1];
        return label.Replace("\\'", "'", StringComparison.Ordinal).Replace("''", "'", StringComparison.Ordinal);
    }

    private static double Float(string text) => text switch
    {
        "+Inf" or "Infinity" => double.PositiveInfinity,
        "-Inf" or "-Infinity" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    private static string Decimal(string text, int? scale)
    {
        if (text is "NaN" or "Infinity" or "-Infinity") return text;
        int e = text.IndexOf('E', StringComparison.OrdinalIgnoreCase);
        int exponent = e < 0 ? 0 : int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        string mantissa = e < 0 ? text : text[..e];
        int dot = mantissa.IndexOf('.', StringComparison.Ordinal);
        if (dot >= 0) exponent -= mantissa.Length - dot - 1;
        var digits = BigInteger.Parse(mantissa.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        int wanted = scale is null ? Math.Min(exponent, 0) : -scale.Value;
        if (wanted > exponent) return text;
        return $"{digits * BigInteger.Pow(10, exponent - wanted)}e{wanted}";
    }

    /// <summary>Returns digits and exponent without trailing zeros.</summary>
    private static string ByValue(string number)
    {
        string[] parts = number.Split('e');
        string digits = parts[0].TrimEnd('0');
        return digits is "" or "-"
            ? "0"
            : $"{digits}e{int.Parse(parts[1], CultureInfo.InvariantCulture) + parts[0].Length - digits.Length}";
    }

    private static int? DeclaredScale(string type)
    {
        int comma = type.IndexOf(',', StringComparison.Ordinal);
        return comma < 0 ? null : int.Parse(type.AsSpan()[(comma + 1)..^1], CultureInfo.InvariantCulture);
    }

    private static string Timestamp(string text) => text switch
    {
        "infinity" => "294276-12-31 23:59:59.999999",
        "-infinity" => "4714-11-24 00:00:00 BC",
        _ => text,
    };

    private static string TimeWithOffset(string text)
    {
        int sign = text.LastIndexOfAny(['+', '-']);
        string[] parts = text[(sign + 1)..].Split(':');
        return text[..(sign + 1)] + string.Join(':', parts.Concat(["00", "00"]).Take(3));
    }

    private static string Interval(string text)
    {
        long months = 0, days = 0, micros = 0;
        string[] parts = text.Split(' ');
        for (int i = 0; i < parts.Length; i++)
        {
            if (parts[i].Contains(':', StringComparison.Ordinal))
            {
                Match time = Clock().Match(parts[i]);
                micros = (long.Parse(time.Groups[2].Value, CultureInfo.InvariantCulture) * 3600
                    + long.Parse(time.Groups[3].Value, CultureInfo.InvariantCulture) * 60
                    + long.Parse(time.Groups[4].Value, CultureInfo.InvariantCulture)) * 1_000_000
                    + long.Parse(time.Groups[5].Value.PadRight(6, '0'), CultureInfo.InvariantCulture);
                if (time.Groups[1].Value == "-") micros = -micros;
                continue;
            }

            long count = long.Parse(parts[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            switch (parts[++i][..3])
            {
                case "yea": months += 12 * count; break;
                case "mon": months += count; break;
                default: days += count; break;
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{months} months {days} days {micros} us");
    }

    private static void Write(JsonElement element, StringBuilder result, bool byValue)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                result.Append('{');
                foreach (JsonProperty property in element.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal))
                {
                    result.Append(JsonSerializer.Serialize(property.Name)).Append(':');
                    Write(property.Value, result, byValue);
                    result.Append(',');
                }

                result.Append('}');
                break;
            case JsonValueKind.Array:
                result.Append('[');
                foreach (JsonElement item in element.EnumerateArray())
                {
                    Write(item, result, byValue);
                    result.Append(',');
                }

                result.Append(']');
                break;
            case JsonValueKind.Number:
                result.Append(byValue ? ByValue(Decimal(element.GetRawText(), null)) : Decimal(element.GetRawText(), null));
                break;
            case JsonValueKind.String:
                result.Append(JsonSerializer.Serialize(element.GetString()));
                break;
            default:
                result.Append(element.GetRawText());
                break;
        }
    }

    [GeneratedRegex(@"[+-]00:00(?= BC$|$)|[+]00(?= BC$|$)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ZeroOffset();

    [GeneratedRegex(@"(?<=^[0-9.]+)/32$|(?<=:.*)/128$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex WholeHost();

    [GeneratedRegex(@"^([+-]?)(\d+):(\d+):(\d+)\.?(\d*)$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Clock();
}
