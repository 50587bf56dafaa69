using System.Text.RegularExpressions;

namespace Failback.Applier.Postgres.Values;

/// <summary>
/// Forms of dates and times in which nothing is left to the server: it would read <c>today</c> and <c>5 pm EST</c> too, and drop what the
/// type has no room for. https://www.postgresql.org/docs/current/datatype-datetime.html
/// </summary>
internal static partial class TimeText
{
    private const string Clock = @"(?<hour>[0-9]{2}):(?<minute>[0-5][0-9])(:(?<second>[0-5][0-9])(\.(?<fraction>[0-9]+))?)?";
    private const string Zone = "(?<zone>Z|[+-][0-9]{2}(:?[0-9]{2}(:[0-9]{2})?)?)?";

    /// <summary>A date, or a date and a time.</summary>
    public static Match Moment(string text) => MomentForm().Match(text);

    /// <summary>A time of day.</summary>
    public static Match TimeOfDay(string text) => TimeOfDayForm().Match(text);

    /// <summary>Whole years, months, weeks, days, hours, minutes and seconds, and a time, each with its sign.</summary>
    public static Match Interval(string text) => IntervalForm().Match(text);

    /// <summary>False when a zone is named that is not UTC.</summary>
    public static bool IsUtc(Match time) =>
        time.Groups["zone"].ValueSpan is not ['+' or '-', ..] zone || zone.IndexOfAnyInRange('1', '9') < 0;

    /// <summary>False when a time of day is named other than midnight.</summary>
    public static bool IsMidnight(Match moment) =>
        !Array.Exists(["hour", "minute", "second", "fraction"], part => moment.Groups[part].ValueSpan.IndexOfAnyInRange('1', '9') >= 0);

    /// <summary>Digits after the second's point that count.</summary>
    public static int FractionDigits(Match time) => time.Groups["fraction"].ValueSpan.TrimEnd('0').Length;

    [GeneratedRegex(
        @"\A(?<year>-?[0-9]{4,7})-[0-9]{2}-[0-9]{2}((?<t>[T ])(?!24)" + Clock + Zone + @")?(?<era> BC)?\z", RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex MomentForm();

    [GeneratedRegex(@"\A" + Clock + Zone + @"\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TimeOfDayForm();

    [GeneratedRegex(
        @"\A([+-]?[0-9]+ (year|mon|month|week|day|hour|minute|min|second|sec)s?( |\z))*"
        + @"([+-]?[0-9]+:[0-5][0-9]:[0-5][0-9](\.(?<fraction>[0-9]+))?)?(?<!\A)\z",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex IntervalForm();
}
