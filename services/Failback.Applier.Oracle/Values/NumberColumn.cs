using System.Globalization;
using System.Security.Cryptography;
using Failback.Apply.Values;

namespace Failback.Applier.Oracle.Values;

/// <summary>
/// NUMBER(p,s) and FLOAT(b): travels as text, so that no digit is lost; digits that the column would round away are refused. BOOL is 1 or
/// 0. https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/Data-Types.html
/// </summary>
internal sealed class NumberColumn(string name, OracleType type) : OracleColumn(name, type)
{
    private const int LongestPrecision = 38;
    private const int LongestWhole = 126;
    private const int LongestFraction = 130;
    private const int LongestPlain = 60;
    private const double DecimalDigitsPerBit = 0.30103;
    private const int RoomForPlaceholder = 4;

    private readonly bool _isFloat = type.Name == "FLOAT";
    private readonly int _precision = type.Name == "FLOAT"
        ? (int)Math.Ceiling((type.Precision ?? 126) * DecimalDigitsPerBit)
        : type.Precision ?? LongestPrecision;
    private readonly int? _scale = type.Name == "FLOAT" ? null : type.Scale ?? (type.Precision is null ? null : 0);

    public override string Expression(string parameter) => $"TO_NUMBER({parameter})";

    public override string IdentityExpression(string column) => $"TO_CHAR({column}, 'TM9')";

    public override string Identity(object value) => NumberText.Canonical((string)value);

    public override string Normal(string stored) => NumberText.Canonical(stored.Trim());

    public override object? Placeholder()
    {
        int digits = Math.Min(15, _precision - (_scale ?? 0));
        return _isFloat || digits < RoomForPlaceholder
            ? null
            : (-RandomNumberGenerator.GetInt32(int.MaxValue) % (long)Math.Pow(10, digits)).ToString(CultureInfo.InvariantCulture);
    }

    public override object Convert(RawValue value)
    {
        string text = value.Text();
        if (Simple(text) is { } simple) return simple;
        if (text is "true" or "false") return text == "true" ? "1" : "0";
        if (text is "NaN" or "Infinity" or "-Infinity") throw new ValueException($"{Type.Name} has no NaN or infinity");
        if (!NumberText.IsNumber(text)) throw new ValueException("not a number");
        string canonical = NumberText.Canonical(text);
        ReadOnlySpan<char> significant = Significant(canonical);
        if (NumberText.IntegerDigits(text) > LongestWhole || NumberText.FractionDigits(text) > LongestFraction)
            throw new ValueException($"out of range of {Type.Name}");
        if (_scale is { } scale && NumberText.Misfit(text, _precision, scale) is { } misfit) throw new ValueException(misfit);
        if (significant.Length > _precision) throw new ValueException($"has more than {_precision} digits");
        return canonical.Length <= LongestPlain ? canonical : Scientific(canonical, significant);
    }

    /// <summary>The short way for what most numbers are: digits, perhaps with a point, that fit; null: look closer.</summary>
    private string? Simple(string text)
    {
        ReadOnlySpan<char> digits = text.AsSpan(text.StartsWith('-') ? 1 : 0);
        int point = digits.IndexOf('.');
        ReadOnlySpan<char> whole = point < 0 ? digits : digits[..point];
        ReadOnlySpan<char> fraction = point < 0 ? [] : digits[(point + 1)..];
        if (whole.IsEmpty || whole[0] is < '1' or > '9' || whole.ContainsAnyExceptInRange('0', '9')
            || fraction.ContainsAnyExceptInRange('0', '9') || (point >= 0 && fraction.IsEmpty)) return null;
        fraction = fraction.TrimEnd('0');
        bool fits = whole.Length + fraction.Length <= _precision
            && (_scale is not { } after || (after >= 0 && fraction.Length <= after && whole.Length <= _precision - after));
        return !fits
            ? null
            : point < 0
            ? text
            : text[..(text.Length - digits.Length + whole.Length + (fraction.IsEmpty ? 0 : 1 + fraction.Length))];
    }

    /// <summary>Digits from the first to the last that is not zero.</summary>
    private static ReadOnlySpan<char> Significant(string canonical)
    {
        int e = canonical.IndexOf('E', StringComparison.Ordinal);
        string digits = (e < 0 ? canonical : canonical[..e]).Replace(".", "", StringComparison.Ordinal);
        return digits.AsSpan().TrimStart('-').Trim('0');
    }

    /// <summary>Long rows of zeros as an exponent: TO_NUMBER reads both.</summary>
    private static string Scientific(string canonical, ReadOnlySpan<char> significant)
    {
        long exponent = NumberText.FractionDigits(canonical) is > 0 and var fraction
            ? -fraction
            : NumberText.IntegerDigits(canonical) - significant.Length;
        return string.Create(CultureInfo.InvariantCulture, $"{(canonical.StartsWith('-') ? "-" : "")}{significant}E{exponent}");
    }
}
