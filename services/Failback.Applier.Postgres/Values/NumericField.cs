using System.Buffers.Binary;

namespace Failback.Applier.Postgres.Values;

/// <summary>
/// Plain decimal digits as the server receives a numeric: groups of four around the decimal point, with the digits after it that were
/// written. https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-NUMERIC-DECIMAL
/// </summary>
internal static class NumericField
{
    private const int GroupDigits = 4;
    private const int LongestDigits = 128;
    private const short Negative = 0x4000;

    /// <summary>
    /// False for anything but digits, a sign and a point, and where the column's precision or scale might not hold them all.
    /// </summary>
    public static bool TryAdd(ReadOnlySpan<byte> json, int? precision, int? scale, CopyBuffer fields)
    {
        bool negative = !json.IsEmpty && json[0] == (byte)'-';
        ReadOnlySpan<byte> digits = negative ? json[1..] : json;
        int point = digits.IndexOf((byte)'.');
        ReadOnlySpan<byte> whole = point < 0 ? digits : digits[..point];
        ReadOnlySpan<byte> fraction = point < 0 ? [] : digits[(point + 1)..];
        if (!AreDigits(whole) || (point >= 0 && !AreDigits(fraction)) || whole.Length + fraction.Length > LongestDigits) return false;
        if (precision is { } p && scale is { } s && (fraction.Length > Math.Max(0, s) || whole.Length > p - s)) return false;
        Write(negative, whole, fraction, fields);
        return true;
    }

    private static void Write(bool negative, ReadOnlySpan<byte> whole, ReadOnlySpan<byte> fraction, CopyBuffer fields)
    {
        int before = (whole.Length + GroupDigits - 1) / GroupDigits;
        int after = (fraction.Length + GroupDigits - 1) / GroupDigits;
        Span<byte> field = fields.Field(sizeof(short) * (4 + before + after));
        BinaryPrimitives.WriteInt16BigEndian(field, (short)(before + after));
        BinaryPrimitives.WriteInt16BigEndian(field[2..], (short)(before - 1));
        BinaryPrimitives.WriteInt16BigEndian(field[4..], negative ? Negative : (short)0);
        BinaryPrimitives.WriteInt16BigEndian(field[6..], (short)fraction.Length);
        Span<byte> groups = field[8..];
        for (int i = 0; i < before; i++) BinaryPrimitives.WriteInt16BigEndian(
            groups[(2 * i)..], Group(whole, whole.Length - ((before - i) * GroupDigits)));
        for (int i = 0; i < after; i++) BinaryPrimitives.WriteInt16BigEndian(
            groups[(2 * (before + i))..], Group(fraction, i * GroupDigits));
    }

    /// <summary>The four digits from <paramref name="start"/> on; what lies outside counts as zero.</summary>
    private static short Group(ReadOnlySpan<byte> digits, int start)
    {
        int group = 0;
        for (int i = start; i < start + GroupDigits; i++) group = (group * 10) + (i >= 0 && i < digits.Length ? digits[i] - '0' : 0);
        return (short)group;
    }

    private static bool AreDigits(ReadOnlySpan<byte> text) => !text.IsEmpty && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
}
