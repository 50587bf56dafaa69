using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Failback.Apply.Values;

/// <summary>JSON number text as text: no digit is ever parsed into a binary type.</summary>
public static partial class NumberText
{
    private const int LongestPlain = 2000;
    private const long LargestExponent = int.MaxValue;

    /// <summary>
    /// The same number without exponent and superfluous zeros: <c>2.500</c> → <c>2.5</c>, <c>1E+2</c> → <c>100</c>, <c>-0</c> → <c>0</c>.
    /// Numbers that would need more than 2000 digits keep the form <c>digitsEexponent</c>.
    /// </summary>
    public static string Canonical(string number)
    {
        (bool negative, string digits, long exponent) = Parts(number);
        if (digits == "0") return "0";
        string sign = negative ? "-" : "";
        if (exponent >= 0)
        {
            return digits.Length + exponent > LongestPlain
                ? string.Create(CultureInfo.InvariantCulture, $"{sign}{digits}E{exponent}")
                : sign + digits + new string('0', (int)exponent);
        }

        long point = digits.Length + exponent;
        if (point > 0) return $"{sign}{digits[..(int)point]}.{digits[(int)point..]}";
        return -point > LongestPlain
            ? string.Create(CultureInfo.InvariantCulture, $"{sign}{digits}E{exponent}")
            : $"{sign}0.{new string('0', (int)-point)}{digits}";
    }

    /// <summary>Digits after the decimal point that matter: 0 for <c>1.000</c>, 2 for <c>1.250</c>, 7 for <c>1E-7</c>.</summary>
    public static long FractionDigits(string number)
    {
        (_, string digits, long exponent) = Parts(number);
        return digits == "0" ? 0 : Math.Max(0, -exponent);
    }

    /// <summary>Digits before the decimal point: 0 for <c>0.5</c>, 3 for <c>1E+2</c>.</summary>
    public static long IntegerDigits(string number)
    {
        (_, string digits, long exponent) = Parts(number);
        return digits == "0" ? 0 : Math.Max(0, digits.Length + exponent);
    }

    /// <summary>A number and nothing else: digits, with sign, point and an exponent of at most six digits or without.</summary>
    public static bool IsNumber(string text) => Form().IsMatch(text);

    /// <summary>What keeps a decimal column from holding the number exactly; null: nothing.</summary>
    /// <param name="number">The number.</param>
    /// <param name="precision">Digits of the column.</param>
    /// <param name="scale">How many of them stand after the point; less than zero: so many places before the point are always zero.</param>
    public static string? Misfit(string number, int precision, int scale)
    {
        (_, string digits, long exponent) = Parts(number);
        if (digits == "0") return null;
        if (-exponent > scale)
            return scale >= 0 ? $"has more than {scale} digits after the point" : $"has digits other than 0 in the last {-scale} places";
        if (digits.Length + exponent <= precision - scale) return null;
        return scale <= precision
            ? $"has more than {precision - scale} digits before the point"
            : $"has digits other than 0 in the first {scale - precision} places after the point";
    }

    /// <summary>Sign, digits without leading and trailing zeros, and the power of ten they are multiplied by.</summary>
    private static (bool Negative, string Digits, long Exponent) Parts(string number)
    {
        bool negative = number.StartsWith('-');
        int e = number.AsSpan().IndexOfAny('e', 'E');
        long exponent = 0;
        if (e >= 0 && !(long.TryParse(number.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
            && exponent is > -LargestExponent and < LargestExponent)) throw new ValueException("its exponent is out of range");
        var digits = new StringBuilder(number.Length);
        bool fraction = false;
        foreach (char c in number.AsSpan(
            negative || number.StartsWith('+') ? 1 : 0, (e < 0 ? number.Length : e) - (negative || number.StartsWith('+') ? 1 : 0)))
        {
            if (c == '.')
            {
                fraction = true;
                continue;
            }

            digits.Append(c);
            if (fraction) exponent--;
        }

        string text = digits.ToString().TrimStart('0');
        string trimmed = text.TrimEnd('0');
        return trimmed.Length == 0 ? (negative, "0", 0) : (negative, trimmed, exponent + text.Length - trimmed.Length);
    }

    [GeneratedRegex(@"\A[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,6})?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Form();
}
