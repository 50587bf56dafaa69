using System.Globalization;
using System.Text.RegularExpressions;
using Failback.Apply.Values;

namespace Failback.Applier.Postgres.Values;

/// <summary>
/// date, time, timetz, timestamp, timestamptz, interval as text. Years before 1 arrive in astronomical counting (0000 is 1 BC).
/// What the column has no room for is refused: digits of a second, a time of day in a date, an offset without a zone.
/// </summary>
internal sealed class TimeColumn(PostgresType type) : TextColumn(type)
{
    private const int Microseconds = 6;
    private const string Utc = "+00";

    public override string? NativeType => Type.Name is "date" or "timestamp" or "timestamptz" ? Type.CastName : null;

    public override bool TryAddNative(RawValue value, CopyBuffer fields) =>
        Type.Name == "date" ? TimeField.TryAddDate(value.Json.Span, fields) : TimeField.TryAdd(value.Json.Span, Type.Scale, fields);

    protected override string Convert(RawValue value)
    {
        string text = base.Convert(value);
        bool dated = Type.Name is "date" or "timestamp" or "timestamptz";
        if (dated && text is "infinity" or "-infinity") return text;
        Match time = Type.Name == "interval" ? TimeText.Interval(text) : dated ? TimeText.Moment(text) : TimeText.TimeOfDay(text);
        if (!time.Success) throw new ValueException($"not in a form of {Type.Name} that leaves nothing to the server");
        int digits = Type.Scale ?? Microseconds;
        if (TimeText.FractionDigits(time) > digits) throw new ValueException($"has more than {digits} digits after the second's point");
        if (Type.Name == "date" && !TimeText.IsMidnight(time)) throw new ValueException("has a time of day that a date cannot keep");
        if (Type.Name is "date" or "time" or "timestamp" && !TimeText.IsUtc(time))
            throw new ValueException($"has an offset that {Type.Name} cannot keep");
        if (Type.Name is "timestamptz" or "timetz" && !time.Groups["zone"].Success)
            return dated ? WithEra(WithZone(text, time), time) : text + Utc;
        return dated ? WithEra(text, time) : text;
    }

    /// <summary>Without a zone it is UTC, which is said: the session's own is not relied on.</summary>
    private static string WithZone(string text, Match moment) => text.Insert(
        moment.Groups["era"] is { Success: true } era ? era.Index : text.Length, moment.Groups["t"].Success ? Utc : $" 00:00:00{Utc}");

    /// <summary><c>-4713-11-24T…</c> is 24 November 4714 BC.</summary>
    private static string WithEra(string text, Match moment)
    {
        Group date = moment.Groups["year"];
        int year = int.Parse(date.ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (year > 0) return text;
        int t = moment.Groups["t"].Index;
        if (!moment.Groups["t"].ValueSpan.SequenceEqual("T") || moment.Groups["era"].Success) throw new ValueException("has no such year");
        return string.Create(
            CultureInfo.InvariantCulture, $"{1 - year:0000}{text.AsSpan(date.Length, t - date.Length)} {text.AsSpan(t + 1)} BC");
    }
}
