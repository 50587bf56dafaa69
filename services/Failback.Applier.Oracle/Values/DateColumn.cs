using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Failback.Apply.Values;

namespace Failback.Applier.Oracle.Values;

/// <summary>
/// DATE, which has a time of day in whole seconds, TIMESTAMP(p) and its forms with a zone, in UTC. Years -4712 to 9999. Digits of a second
/// that the column would round away are refused, as are the ten days that Oracle's calendar leaves out in October 1582; earlier dates keep
/// year, month and day.
/// </summary>
internal sealed partial class DateColumn(string name, OracleType type) : OracleColumn(name, type)
{
    private const int FirstYear = -4712;
    private const int LastYear = 9999;
    private const int AllDigits = 9;
    private const string Day = "SYYYY-MM-DD HH24:MI:SS";

    private readonly int _digits = type.Name == "DATE" ? 0 : type.Scale ?? 6;
    private readonly bool _isZoned = type.Name.EndsWith("TIME ZONE", StringComparison.Ordinal);

    public override string Expression(string parameter) => Type.Name switch
    {
        "DATE" => $"TO_DATE({parameter}, '{Day}')",
        "TIMESTAMP" => $"TO_TIMESTAMP({parameter}, '{Day}.FF9')",
        _ => $"TO_TIMESTAMP_TZ({parameter}, '{Day}.FF9 TZH:TZM')",
    };

    /// <summary>A column with a zone of its own cannot be in a key; the session's zone is UTC.</summary>
    public override string? IdentityExpression(string column) => Type.Name switch
    {
        "DATE" => $"TO_CHAR({column}, '{Day}')",
        "TIMESTAMP WITH TIME ZONE" => null,
        _ => $"TO_CHAR({column}, '{Day}.FF9')",
    };

    public override string Identity(object value) => Normal((string)value);

    public override string Normal(string stored) => stored.Replace(" +00:00", "", StringComparison.Ordinal).Trim();

    public override object? Placeholder() => Write(
        RandomNumberGenerator.GetInt32(FirstYear, -3000),
        string.Create(CultureInfo.InvariantCulture, $"01-{RandomNumberGenerator.GetInt32(1, 29):00}"),
        string.Create(
            CultureInfo.InvariantCulture,
            $"{RandomNumberGenerator.GetInt32(24):00}:{RandomNumberGenerator.GetInt32(60):00}:{RandomNumberGenerator.GetInt32(60):00}"),
        "");

    public override object Convert(RawValue value)
    {
        Match match = Form().Match(value.Text());
        if (!match.Success) throw new ValueException($"not a date or time that {Type.Name} can hold");
        if (match.Groups["zone"].Value is not ("" or "Z" or "+00" or "+00:00" or "-00:00" or "+00:00:00"))
            throw new ValueException("has an offset from UTC");
        string fraction = match.Groups["fraction"].Value.TrimEnd('0');
        if (fraction.Length > _digits)
            throw new ValueException(
                _digits == 0
                ? "has a fraction of a second that the column cannot keep"
                : $"has more than {_digits} digits after the second's point");
        int year = Year(match);
        if (year is < FirstYear or > LastYear) throw new ValueException($"the year is not between {FirstYear} and {LastYear}");
        string day = match.Groups["day"].Value;
        if (year == 1582 && string.CompareOrdinal(day, "10-05") >= 0 && string.CompareOrdinal(day, "10-14") <= 0)
            throw new ValueException("a day that Oracle's calendar does not have");
        return Write(year, day, match.Groups["time"].Length == 0 ? "00:00:00" : match.Groups["time"].Value, fraction);
    }

    /// <summary>
    /// Oracle's year: there is none between -1, which is 1 BC, and 1. CockroachDB counts timestamps through 0 and writes dates with BC.
    /// </summary>
    private static int Year(Match match)
    {
        if (!int.TryParse(match.Groups["year"].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int year))
            return int.MaxValue;
        if (match.Groups["era"].Length > 0) return -year;
        return year <= 0 ? year - 1 : year;
    }

    private string Write(int year, string day, string time, string fraction)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{(year < 0 ? "-" : "")}{Math.Abs(year):0000}-{day} {time}");
        return Type.Name == "DATE" ? text : $"{text}.{fraction.PadRight(AllDigits, '0')}{(_isZoned ? " +00:00" : "")}";
    }

    [GeneratedRegex(
        @"\A(?<year>-?[0-9]{4,9})-(?<day>[0-9]{2}-[0-9]{2})"
            + @"([T ](?<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(\.(?<fraction>[0-9]+))?(?<zone>Z|[-+][0-9:]+)?)?(?<era> BC)?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Form();
}
