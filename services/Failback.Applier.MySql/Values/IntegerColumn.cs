using System.Globalization;
using Failback.Apply.Values;

namespace Failback.Applier.MySql.Values;

/// <summary>
/// tinyint to bigint, signed or not, and year; out of range is refused, never wrapped or clipped. BOOL is 1 or 0. Decimals are taken
/// when nothing follows the point.
/// </summary>
internal sealed class IntegerColumn(string name, MySqlType type) : MySqlColumn(name, type)
{
    private readonly (Int128 Low, Int128 High) _range = (type.Name, type.IsUnsigned) switch
    {
        ("year", _) => (1901, 2155),
        ("tinyint", false) => (sbyte.MinValue, sbyte.MaxValue),
        ("tinyint", true) => (0, byte.MaxValue),
        ("smallint", false) => (short.MinValue, short.MaxValue),
        ("smallint", true) => (0, ushort.MaxValue),
        ("mediumint", false) => (-8_388_608, 8_388_607),
        ("mediumint", true) => (0, 16_777_215),
        ("int", false) => (int.MinValue, int.MaxValue),
        ("int", true) => (0, uint.MaxValue),
        (_, false) => (long.MinValue, long.MaxValue),
        _ => (0, ulong.MaxValue),
    };

    public override string? JoinKey(string value) => Type.Name == "year" ? null : value;

    public override string? Placeholder => Type.Name switch
    {
        "year" or "tinyint" => null,
        _ when Type.IsUnsigned => string.Create(CultureInfo.InvariantCulture, $"{_range.High} - FLOOR(RAND() * {Room})"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{_range.Low} + FLOOR(RAND() * {Room})"),
    };

    private long Room => (long)Int128.Min((_range.High - _range.Low) / 4, 1_000_000_000_000_000);

    public override object Convert(RawValue value)
    {
        string text = value.Text();
        if (text is "true" or "false") return text == "true" ? 1L : 0L;
        if (!Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out Int128 number)
            && !(NumberText.IsNumber(text)
                && Int128.TryParse(NumberText.Canonical(text), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)))
            throw new ValueException("not a whole number in range");
        bool zeroYear = Type.Name == "year" && number == 0;
        if (!zeroYear && (number < _range.Low || number > _range.High))
            throw new ValueException($"out of range of {Type.Name}{(Type.IsUnsigned && Type.Name != "year" ? " unsigned" : "")}");
        return number > long.MaxValue ? (ulong)number : (long)number;
    }
}
