using System.Text.RegularExpressions;
using Failback.Apply.Values;

namespace Failback.Applier.MySql.Values;

/// <summary>
/// date, datetime(p) and timestamp(p), in UTC. Years 1 to 9999; digits of a second that the column would round away are refused, as is
/// a time of day in a date column.
/// </summary>
internal sealed partial class DateTimeColumn(string name, MySqlType type) : MySqlColumn(name, type)
{
    private const int LongestYear = 4;
    private readonly int _digits = type.Scale ?? 0;

    public override object Convert(RawValue value)
    {
        string text = value.Text();
        Match match = Form().Match(text);
        if (!match.Success) throw new ValueException($"not a date or time that {Type.Name} can hold");
        if (match.Groups["year"].Length > LongestYear || match.Groups["year"].Value == "0000")
            throw new ValueException("the year is not between 1 and 9999");
        if (match.Groups["zone"].Value is not ("" or "Z" or "+00" or "+00:00" or "-00:00"))
            throw new ValueException("has an offset from UTC");
        string fraction = match.Groups["fraction"].Value.TrimEnd('0');
        string time = match.Groups["time"].Length == 0 ? "00:00:00" : match.Groups["time"].Value;
        if (Type.Name == "date")
        {
            return time == "00:00:00" && fraction.Length == 0
                ? match.Groups["date"].Value
                : throw new ValueException("has a time of day that a date cannot keep");
        }

        if (fraction.Length > _digits) throw new ValueException($"has more than {_digits} digits after the second's point");
        return $"{match.Groups["date"].Value} {time}{(_digits == 0 ? "" : "." + fraction.PadRight(_digits, '0'))}";
    }

    [GeneratedRegex(
        @"\A(?<date>(?<year>[0-9]{4,})-[0-9]{2}-[0-9]{2})"
            + @"([T ](?<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(\.(?<fraction>[0-9]+))?(?<zone>Z|[-+][0-9:]+)?)?\z",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Form();
}
