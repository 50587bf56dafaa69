using System.Globalization;
using Failback.Apply.Values;

namespace Failback.Applier.MySql.Values;

/// <summary>bit(n) from text of 0 and 1 (BIT, VARBIT), from a whole number (INT), from BOOL, or from bytes.</summary>
internal sealed class BitColumn(string name, MySqlType type) : MySqlColumn(name, type)
{
    private readonly int _width = (int)(type.Size ?? 1);

    public override object Convert(RawValue value)
    {
        string text = value.Text();
        ulong bits = value.IsString ? FromText(text) : text switch
        {
            "true" => 1,
            "false" => 0,
            _ => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
                ? number
                : throw new ValueException("not a whole number in range"),
        };
        return _width < 64 && bits >> _width != 0 ? throw new ValueException($"has more than {_width} bits") : bits;
    }

    public override string IdentityExpression(string column) => $"CAST({column} + 0 AS CHAR)";

    private static ulong FromText(string text)
    {
        if (text.StartsWith("\\x", StringComparison.Ordinal))
            return ulong.TryParse(
                text.AsSpan(2).TrimStart('0') is { Length: > 0 } digits
                ? digits
                : "0", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong bytes)
                ? bytes
                : throw new ValueException("not bits");
        ReadOnlySpan<char> significant = text.AsSpan().TrimStart('0');
        return significant.IsEmpty
            ? 0
            : ulong.TryParse(significant, NumberStyles.AllowBinarySpecifier, CultureInfo.InvariantCulture, out ulong bits)
            ? bits
            : throw new ValueException("not text of 0 and 1 of at most 64 digits");
    }
}
