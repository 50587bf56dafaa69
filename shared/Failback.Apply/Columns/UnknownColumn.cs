using System.Globalization;
using System.Text;
using Failback.Apply.Values;

namespace Failback.Apply.Columns;

/// <summary>
/// A column of the feed that the target does not have, with what its values look like: enough to say which column would take them.
/// </summary>
public sealed class UnknownColumn(string name)
{
    /// <summary>Values looked at; what they are is clear long before.</summary>
    private const int Sample = 1_000;
    private const int UuidLength = 36;
    private const int DateLength = 10;
    private int _seen;

    public string Name { get; } = name;

    public FeedKind Kind { get; private set; }

    /// <summary>The name as a JSON string.</summary>
    internal byte[] Json { get; } = [
        .. "\""u8,
        .. System.Text.Json.JsonEncodedText.Encode(
            name, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, .. "\""u8];

    /// <summary>Looks at a value.</summary>
    public void See(RawValue value)
    {
        if (value.IsNull || _seen == Sample) return;
        _seen++;
        FeedKind kind = KindOf(value);
        if (kind == Kind || IsNumberText(value, kind)) return;
        Kind = Kind == FeedKind.Unknown ? kind : Common(Kind, kind);
    }

    private bool IsNumberText(RawValue value, FeedKind kind) =>
        kind == FeedKind.Text && Kind is FeedKind.WholeNumber or FeedKind.Number && value.Text() is "NaN" or "Infinity" or "-Infinity";

    /// <summary>A column has one type: texts that look different are text, values of different JSON kinds are JSON.</summary>
    private static FeedKind Common(FeedKind one, FeedKind other)
    {
        if (IsNumeric(one) && IsNumeric(other)) return FeedKind.Number;
        return IsTextual(one) && IsTextual(other) ? FeedKind.Text : FeedKind.Document;
    }

    private static bool IsNumeric(FeedKind kind) => kind is FeedKind.WholeNumber or FeedKind.Number;

    private static bool IsTextual(FeedKind kind) => kind is >= FeedKind.Date and <= FeedKind.Text;

    private static FeedKind KindOf(RawValue value)
    {
        byte first = value.Json.Span[0];
        if (first is (byte)'{' or (byte)'[') return FeedKind.Document;
        if (first is (byte)'t' or (byte)'f') return FeedKind.Boolean;
        if (!value.IsString)
            return long.TryParse(value.Json.Span, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
                ? FeedKind.WholeNumber
                : FeedKind.Number;
        ReadOnlySpan<byte> text = value.Json.Span[1..^1];
        if (text.Length == UuidLength && Guid.TryParseExact(Encoding.UTF8.GetString(text), "D", out _)) return FeedKind.Uuid;
        if (text.StartsWith("\\\\x"u8)) return FeedKind.Bytes;
        return TimeKindOf(text);
    }

    private static FeedKind TimeKindOf(ReadOnlySpan<byte> text)
    {
        if (text.Length < DateLength || text[4] != '-' || text[7] != '-') return FeedKind.Text;
        string value = Encoding.UTF8.GetString(text);
        if (text.Length == DateLength)
            return DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
                ? FeedKind.Date
                : FeedKind.Text;
        if (text[DateLength] != 'T' || !DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _))
            return FeedKind.Text;
        return value.EndsWith('Z') ? FeedKind.TimestampWithZone : FeedKind.Timestamp;
    }
}
