using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Contracts.Control;

namespace Failback.Apply.Columns;

/// <summary>
/// What a column's rule makes of a value: JSON in, JSON out, so that every dialect then stores it by its own rules. Missing and null never
/// come here.
/// </summary>
internal static partial class ValueConversion
{
    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 100_000 };

    public static bool IsAsked(ColumnRule rule) => rule.Convert is not null || rule.Words is not null || rule.UuidBytes is not null;

    /// <exception cref="ValueException">The value has no such form.</exception>
    public static RawValue Apply(ColumnRule rule, TargetColumn column, RawValue value) => rule switch
    {
        { Words: { } words } => Quote(Word(words, value)),
        { UuidBytes: { } order } => Bytes(UuidBytes.Of(value.Text(), order)),
        { Convert: ColumnConversion.JsonText } => Quote(Encoding.UTF8.GetString(value.Json.Span)),
        { Convert: ColumnConversion.ParseJson } => value.IsString ? Parse(value.Text()) : value,
        { Convert: ColumnConversion.Base64 } => Quote(Convert.ToBase64String(FromHex(value))),
        { Convert: ColumnConversion.Hex } => Quote(Convert.ToHexStringLower(FromHex(value))),
        { Convert: ColumnConversion.Utf8 } => Bytes(Encoding.UTF8.GetBytes(value.Text())),
        { Convert: ColumnConversion.Truncate } => Truncate(value, column.Scale),
        { Convert: ColumnConversion.NearestDouble } => value.IsString ? value : Number(Double(value)),
        { Convert: ColumnConversion.NearestFloat } => value.IsString ? value : Number((float)Double(value)),
        { Convert: ColumnConversion.ExactFloat } => value.IsString ? value : ExactFloat(value),
        _ => value,
    };

    private static string Word(BooleanWords words, RawValue value) => value.Text() switch
    {
        "true" or "1" => words.True,
        "false" or "0" => words.False,
        _ => throw new ValueException("not a boolean"),
    };

    private static RawValue Parse(string text)
    {
        byte[] json = Encoding.UTF8.GetBytes(text.Trim());
        var reader = new Utf8JsonReader(json, Deep);
        try
        {
            while (reader.Read())
            {
            }
        }
        catch (JsonException)
        {
            throw new ValueException("the text is not JSON");
        }

        return new RawValue(json);
    }

    private static byte[] FromHex(RawValue value)
    {
        string text = value.Text();
        if (!value.IsString || !text.StartsWith("\\x", StringComparison.Ordinal)) throw new ValueException("not bytes in hexadecimal form");
        try
        {
            return Convert.FromHexString(text.AsSpan(2));
        }
        catch (FormatException)
        {
            throw new ValueException("not bytes in hexadecimal form");
        }
    }

    private static RawValue Truncate(RawValue value, int? digits)
    {
        if (digits is not { } kept || kept < 0) return value;
        string text = value.Text();
        if (value.IsString)
        {
            Match second = FractionOfSecond().Match(text);
            if (!second.Success || second.Groups["digits"].Length <= kept) return value;
            Group fraction = second.Groups["digits"];
            return Quote(
                kept == 0
                ? text.Remove(fraction.Index - 1, fraction.Length + 1)
                : text.Remove(fraction.Index + kept, fraction.Length - kept));
        }

        if (text.Length == 0 || !(char.IsAsciiDigit(text[0]) || text[0] == '-')) return value;
        string number = NumberText.Canonical(text);
        int point = number.IndexOf('.', StringComparison.Ordinal);
        if (point < 0 || number.Length - point - 1 <= kept) return value;
        return new RawValue(Encoding.UTF8.GetBytes(kept == 0 ? number[..point] : number[..(point + 1 + kept)]));
    }

    private static RawValue Number<T>(T number)
        where T : System.Numerics.IFloatingPointIeee754<T> => T.IsFinite(number)
        ? new RawValue(Encoding.UTF8.GetBytes(number.ToString("R", CultureInfo.InvariantCulture)))
        : throw new ValueException("out of range of the floating-point type");

    private static RawValue ExactFloat(RawValue value)
    {
        double number = Double(value);
        float narrow = (float)number;
        bool kept = narrow == number
            || NumberText.Canonical(narrow.ToString("R", CultureInfo.InvariantCulture)) == NumberText.Canonical(value.Text());
        return kept ? value : throw new ValueException("has more digits than single precision keeps");
    }

    private static double Double(RawValue value) =>
        double.TryParse(value.Json.Span, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
        ? number
        : throw new ValueException("not a number");

    private static RawValue Bytes(byte[] bytes) => Quote("\\x" + Convert.ToHexStringLower(bytes));

    private static RawValue Quote(string text) => RawValue.OfText(text);

    [GeneratedRegex(@":[0-9]{2}\.(?<digits>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FractionOfSecond();
}
