using System.Globalization;
using Failback.Contracts;

namespace Failback.Cli.Output;

/// <summary>Numbers and times as people read them, each with its unit.</summary>
internal static class Amounts
{
    private static readonly NumberFormatInfo Grouped = new() { NumberGroupSeparator = " ", NumberGroupSizes = [3] };

    /// <summary>Returns <c>1 034</c>.</summary>
    public static string Count(long number) => number.ToString("#,0", Grouped);

    /// <summary>Returns <c>1 034</c>; null: a dash.</summary>
    public static string Rate(double? perSecond) => perSecond is { } rate ? Math.Round(rate).ToString("#,0", Grouped) : "-";

    /// <summary>Returns <c>1.2 s</c>, <c>4 min 10 s</c>, <c>2 h 05 min</c> or <c>3 d 04 h</c>; null: a dash.</summary>
    public static string Span(double? seconds)
    {
        if (seconds is not { } number || !double.IsFinite(number)) return "-";
        if (number < 60) return string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, number):0.0} s");
        long whole = (long)number;
        return string.Create(CultureInfo.InvariantCulture, $"{whole switch
        {
            < 3600 => $"{whole / 60} min {whole % 60:00} s",
            < 86_400 => $"{whole / 3600} h {whole / 60 % 60:00} min",
            _ => $"{whole / 86_400} d {whole / 3600 % 24:00} h",
        }}");
    }

    /// <summary>Returns the time of day of an HLC timestamp, with the date where it is not today; null: nothing is known.</summary>
    public static string? Clock(string? hlc, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (Time(hlc) is not { } utc) return null;
        DateTimeOffset time = TimeZoneInfo.ConvertTime(utc, zone);
        string format = time.Date == TimeZoneInfo.ConvertTime(now, zone).Date ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss";
        return time.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>Returns now minus an HLC timestamp, in seconds; null when it is none.</summary>
    public static double? Age(string? hlc, DateTimeOffset now) => Time(hlc) is { } time ? Math.Max(0, (now - time).TotalSeconds) : null;

    private static DateTimeOffset? Time(string? hlc) =>
        HlcTimestamp.TryParse(hlc, out HlcTimestamp at) && at != HlcTimestamp.Zero ? at.Time : null;
}
