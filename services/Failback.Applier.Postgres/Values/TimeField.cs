using System.Buffers.Binary;

namespace Failback.Applier.Postgres.Values;

/// <summary>
/// Dates and timestamps in the form that a changefeed writes, as the server receives them: days, or microseconds, since 2000. Years 1 to
/// 9999, UTC.
/// </summary>
internal static class TimeField
{
    private const int DateLength = 10;
    private const int SecondsLength = 19;
    private const int Microseconds = 6;
    private static readonly DateTime Epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>False for anything but <c>"2024-01-31"</c>.</summary>
    public static bool TryAddDate(ReadOnlySpan<byte> json, CopyBuffer fields)
    {
        if (!TryUnquote(json, out ReadOnlySpan<byte> text) || text.Length != DateLength || !TryReadDate(text, out DateTime date))
            return false;
        BinaryPrimitives.WriteInt32BigEndian(fields.Field(sizeof(int)), (date - Epoch).Days);
        return true;
    }

    /// <summary>
    /// False for anything but <c>"2024-01-31T23:59:59.123456Z"</c>, with or without fraction and Z, or a finer fraction than the column
    /// keeps.
    /// </summary>
    public static bool TryAdd(ReadOnlySpan<byte> json, int? scale, CopyBuffer fields)
    {
        if (!TryUnquote(json, out ReadOnlySpan<byte> text)) return false;
        if (text.EndsWith("Z"u8)) text = text[..^1];
        if (text.Length < SecondsLength || text[DateLength] != (byte)'T' || text[13] != (byte)':' || text[16] != (byte)':') return false;
        if (!TryReadDate(text, out DateTime date) || !TryRead(text.Slice(11, 2), out int hour)
            || !TryRead(text.Slice(14, 2), out int minute) || !TryRead(text.Slice(17, 2), out int second)) return false;
        if (hour > 23 || minute > 59 || second > 59 || !TryReadFraction(text[SecondsLength..], scale ?? Microseconds, out int fraction))
            return false;
        long seconds = ((date - Epoch).Days * 86_400L) + (hour * 3600) + (minute * 60) + second;
        fields.Add((seconds * 1_000_000) + fraction);
        return true;
    }

    private static bool TryReadDate(ReadOnlySpan<byte> text, out DateTime date)
    {
        date = default;
        if (text[4] != (byte)'-' || text[7] != (byte)'-') return false;
        if (!TryRead(text[..4], out int year) || !TryRead(text.Slice(5, 2), out int month) || !TryRead(text.Slice(8, 2), out int day))
            return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        date = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc);
        return true;
    }

    /// <summary>A point and digits, in microseconds; nothing at all is zero.</summary>
    private static bool TryReadFraction(ReadOnlySpan<byte> text, int digits, out int microseconds)
    {
        microseconds = 0;
        if (text.IsEmpty) return true;
        if (text[0] != (byte)'.' || text.Length - 1 > Math.Min(digits, Microseconds) || !TryRead(text[1..], out microseconds)) return false;
        for (int i = text.Length - 1; i < Microseconds; i++) microseconds *= 10;
        return true;
    }

    private static bool TryRead(ReadOnlySpan<byte> digits, out int number)
    {
        number = 0;
        if (digits.IsEmpty) return false;
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            number = (number * 10) + (digit - '0');
        }

        return true;
    }

    private static bool TryUnquote(ReadOnlySpan<byte> json, out ReadOnlySpan<byte> text)
    {
        bool quoted = json.Length >= 2 && json[0] == (byte)'"';
        text = quoted ? json[1..^1] : default;
        return quoted;
    }
}
