using System.Buffers.Text;
using System.Globalization;

namespace Failback.Contracts;

/// <summary>
/// A CockroachDB hybrid logical clock reading, the version of every row and the value of every resolved message. Text form is
/// <c>wall.logical</c>: nanoseconds since the Unix epoch, a dot, a counter padded to ten digits. A trailing <c>?</c> (synthetic timestamps
/// of releases before 24.1) is accepted and dropped.
/// </summary>
/// <param name="Wall">Nanoseconds since the Unix epoch, not negative.</param>
/// <param name="Logical">Counter that orders readings of the same nanosecond, not negative.</param>
public readonly record struct HlcTimestamp(long Wall, int Logical) : IComparable<HlcTimestamp>
{
    private const int LogicalDigits = 10;

    /// <summary>Before every real reading.</summary>
    public static readonly HlcTimestamp Zero;

    /// <summary>After every real reading.</summary>
    public static readonly HlcTimestamp Max = new(long.MaxValue, int.MaxValue);

    /// <summary>The reading as a point in time, truncated to 100 ns.</summary>
    public DateTimeOffset Time => DateTimeOffset.UnixEpoch.AddTicks(Wall / 100);

    /// <summary>The latest reading that is earlier than this one; <see cref="Zero"/> has none and answers itself.</summary>
    public HlcTimestamp Previous =>
        Logical > 0 ? new(Wall, Logical - 1) : Wall > 0 ? new(Wall - 1, int.MaxValue) : this;

    /// <summary>A reading of a wall clock with logical counter 0.</summary>
    public static HlcTimestamp FromTime(DateTimeOffset time) => new((time - DateTimeOffset.UnixEpoch).Ticks * 100, 0);

    /// <summary>Reads the text form from UTF-8; false when it is anything else.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out HlcTimestamp value)
    {
        value = default;
        if (utf8.EndsWith("?"u8)) utf8 = utf8[..^1];
        int dot = utf8.IndexOf((byte)'.');
        ReadOnlySpan<byte> wallText = dot < 0 ? utf8 : utf8[..dot];
        if (!IsDigits(wallText) || !Utf8Parser.TryParse(wallText, out long wall, out int used) || used != wallText.Length) return false;
        int logical = 0;
        if (dot >= 0)
        {
            ReadOnlySpan<byte> logicalText = utf8[(dot + 1)..];
            if (!IsDigits(logicalText) || !Utf8Parser.TryParse(logicalText, out logical, out used) || used != logicalText.Length)
                return false;
        }

        value = new HlcTimestamp(wall, logical);
        return true;
    }

    /// <summary>Reads the text form; false when it is anything else.</summary>
    public static bool TryParse(string? text, out HlcTimestamp value)
    {
        value = default;
        return text is { Length: > 0 and <= 40 } && TryParse(System.Text.Encoding.UTF8.GetBytes(text), out value);
    }

    /// <summary>Reads the text form.</summary>
    /// <exception cref="FormatException">The text is not <c>wall.logical</c>.</exception>
    public static HlcTimestamp Parse(string text) =>
        TryParse(text, out HlcTimestamp value) ? value : throw new FormatException($"'{text}' is not a timestamp of the form wall.logical");

    public int CompareTo(HlcTimestamp other)
    {
        int byWall = Wall.CompareTo(other.Wall);
        return byWall != 0 ? byWall : Logical.CompareTo(other.Logical);
    }

    public static bool operator <(HlcTimestamp left, HlcTimestamp right) => left.CompareTo(right) < 0;

    public static bool operator >(HlcTimestamp left, HlcTimestamp right) => left.CompareTo(right) > 0;

    public static bool operator <=(HlcTimestamp left, HlcTimestamp right) => left.CompareTo(right) <= 0;

    public static bool operator >=(HlcTimestamp left, HlcTimestamp right) => left.CompareTo(right) >= 0;

    /// <summary>The vendor's notation, for example <c>1759246920563173000.0000000000</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Wall}.{Logical.ToString("D" + LogicalDigits, CultureInfo.InvariantCulture)}");

    private static bool IsDigits(ReadOnlySpan<byte> text) => !text.IsEmpty && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
}
