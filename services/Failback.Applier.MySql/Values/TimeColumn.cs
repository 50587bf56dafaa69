using System.Globalization;
using System.Text.RegularExpressions;
using Failback.Apply.Values;

namespace Failback.Applier.MySql.Values;

/// <summary>
/// time(p) from TIME, from TIMETZ at offset zero, and from INTERVAL: days become hours; months and years have no fixed length and are
/// refused, as is what lies beyond 838:59:59.
/// </summary>
internal sealed partial class TimeColumn(string name, MySqlType type) : MySqlColumn(name, type)
{
    private const long SecondsPerDay = 86_400;
    private const long Longest = (838 * 3600) + (59 * 60) + 59;
    private readonly int _digits = type.Scale ?? 0;

    public override object Convert(RawValue value)
    {
        Match match = Form().Match(value.Text());
        if (!match.Success || (match.Groups["days"].Length == 0 && match.Groups["h"].Length == 0))
            throw new ValueException("not a time of day or an interval of days and hours");
        if (match.Groups["zone"].Value.AsSpan().IndexOfAnyInRange('1', '9') >= 0) throw new ValueException("has an offset from UTC");
        string fraction = match.Groups["fraction"].Value.TrimEnd('0');
        if (fraction.Length > _digits) throw new ValueException($"has more than {_digits} digits after the second's point");
        Int128 unit = (Int128)Math.Pow(10, _digits);
        Int128 time = (((Number(match, "h") * 3600) + (Number(match, "m") * 60) + Number(match, "s")) * unit)
            + (_digits == 0 ? 0 : long.Parse("0" + fraction.PadRight(_digits, '0'), CultureInfo.InvariantCulture));
        if (match.Groups["minus"].Value == "-") time = -time;
        Int128 total = time + (Number(match, "days") * SecondsPerDay * unit);
        if (Int128.Abs(total) > (Longest * unit)) throw new ValueException("beyond 838:59:59");
        return Write(total, unit);
    }

    private static Int128 Number(Match match, string group) =>
        match.Groups[group].Length == 0 ? 0 : Int128.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    private string Write(Int128 total, Int128 unit)
    {
        Int128 seconds = Int128.Abs(total) / unit;
        string fraction = _digits == 0 ? "" : "." + (Int128.Abs(total) % unit).ToString(CultureInfo.InvariantCulture).PadLeft(_digits, '0');
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(total < 0 ? "-" : "")}{(int)(seconds / 3600):00}:{(int)(seconds / 60 % 60):00}:{(int)(seconds % 60):00}{fraction}");
    }

    [GeneratedRegex(
        @"\A((?<days>-?[0-9]{1,12}) days?)? ?"
            + @"((?<minus>[-+])?(?<h>[0-9]{1,12}):(?<m>[0-9]{2}):(?<s>[0-9]{2})(\.(?<fraction>[0-9]+))?)?(?<zone>Z|[-+][0-9:]+)?\z",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Form();
}
