using System.Globalization;
using Failback.Apply.Values;

namespace Failback.Applier.Postgres.Values;

/// <summary>
/// date, time, timetz, timestamp, timestamptz, interval as text. Years before 1 arrive in astronomical counting (0000 is 1 BC).
/// Digits of a second that the column would round away are refused, as is a time of day in a date column.
/// </summary>
internal sealed class TimeColumn(PostgresType type) : TextColumn(type)
{
    public override string? NativeType => Type.Name is "date" or "timestamp" or "timestamptz" ? Type.CastName : null;

    public override bool TryAddNative(RawValue value, CopyBuffer fields) =>
        Type.Name == "date" ? TimeField.TryAddDate(value.Json.Span, fields) : TimeField.TryAdd(value.Json.Span, Type.Scale, fields);

    protected override string Convert(RawValue value)
    {
        string text = base.Convert(value);
        if (Type.Scale is { } digits && FractionDigits(text) > digits)
            throw new ValueException($"has more than {digits} digits after the second's point");
        bool dated = Type.Name is "date" or "timestamp" or "timestamptz";
        int t = dated ? text.IndexOf('T', StringComparison.Ordinal) : -1;
        if (t <= 0) return text;
        if (Type.Name == "date" && text.AsSpan(t + 1).IndexOfAnyInRange('1', '9') >= 0)
            throw new ValueException("has a time of day that a date cannot keep");
        return WithEra(text, t);
    }

    /// <summary><c>-4713-11-24T…</c> is 24 November 4714 BC.</summary>
    private static string WithEra(string text, int t)
    {
        int dash = text.IndexOf('-', 1);
        if (dash < 0 || !int.TryParse(text.AsSpan(0, dash), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int year)
            || year > 0) return text;
        return string.Create(CultureInfo.InvariantCulture, $"{1 - year:0000}{text.AsSpan(dash, t - dash)} {text.AsSpan(t + 1)} BC");
    }

    private static int FractionDigits(string text)
    {
        int point = text.IndexOf('.', StringComparison.Ordinal);
        if (point < 0) return 0;
        int end = point + 1;
        int last = point;
        for (; end < text.Length && char.IsAsciiDigit(text[end]); end++)
        {
            if (text[end] != '0') last = end;
        }

        return last - point;
    }
}
