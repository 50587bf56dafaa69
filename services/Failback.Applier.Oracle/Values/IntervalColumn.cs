using System.Globalization;
using System.Text.RegularExpressions;
using Failback.Apply.Values;

namespace Failback.Applier.Oracle.Values;

/// <summary>
/// Oracle has two kinds of interval where CockroachDB has one: years and months, or days and time. A value goes into the column that can
/// hold all of it; one that has both is refused. Hours beyond 24 become days. TIME goes into INTERVAL DAY TO SECOND.
/// </summary>
internal sealed partial class IntervalColumn(string name, OracleType type) : OracleColumn(name, type)
{
    private const int MonthsPerYear = 12;
    private const long SecondsPerDay = 86_400;
    private const int AllDigits = 9;

    private readonly bool _isMonths = type.Name == "INTERVAL YEAR TO MONTH";
    private readonly int _leading = type.Precision ?? 2;
    private readonly int _digits = type.Scale ?? 6;

    public override string Expression(string parameter) => _isMonths ? $"TO_YMINTERVAL({parameter})" : $"TO_DSINTERVAL({parameter})";

    public override object Convert(RawValue value)
    {
        Match match = Form().Match(value.Text());
        if (!match.Success || match.Length == 0) throw new ValueException("not an interval");
        Int128 months = (Number(match, "years") * MonthsPerYear) + Number(match, "months");
        string fraction = match.Groups["fraction"].Value.TrimEnd('0');
        if (fraction.Length > AllDigits) throw new ValueException($"has more than {_digits} digits after the second's point");
        Int128 nanos = (((((Number(match, "h") * 60) + Number(match, "m")) * 60) + Number(match, "s")) * 1_000_000_000)
            + Int128.Parse("0" + fraction.PadRight(AllDigits, '0'), CultureInfo.InvariantCulture);
        if (match.Groups["minus"].Value == "-") nanos = -nanos;
        nanos += Number(match, "days") * SecondsPerDay * 1_000_000_000;
        if (_isMonths)
            return nanos == 0 ? Months(months) : throw new ValueException("has days or a time, which INTERVAL YEAR TO MONTH cannot keep");
        if (months != 0) throw new ValueException("has years or months, which INTERVAL DAY TO SECOND cannot keep");
        return fraction.Length > _digits
            ? throw new ValueException($"has more than {_digits} digits after the second's point")
            : Time(nanos);
    }

    private static Int128 Number(Match match, string group) =>
        match.Groups[group].Length == 0 ? 0 : Int128.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    private string Months(Int128 months)
    {
        Int128 all = Int128.Abs(months);
        return string.Create(
            CultureInfo.InvariantCulture, $"{(months < 0 ? "-" : "+")}{Leading(all / MonthsPerYear)}-{(int)(all % MonthsPerYear):00}");
    }

    private string Time(Int128 nanos)
    {
        Int128 all = Int128.Abs(nanos);
        var seconds = (long)(all / 1_000_000_000 % SecondsPerDay);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(nanos < 0 ? "-" : "+")}{Leading(all / 1_000_000_000 / SecondsPerDay)} "
                + $"{seconds / 3600:00}:{seconds / 60 % 60:00}:{seconds % 60:00}.{(long)(all % 1_000_000_000):000000000}");
    }

    private string Leading(Int128 number)
    {
        string text = number.ToString(CultureInfo.InvariantCulture);
        return text.Length <= _leading
            ? text
            : throw new ValueException($"has more than {_leading} digits of {(_isMonths ? "years" : "days")}");
    }

    [GeneratedRegex(
        @"\A((?<years>-?[0-9]{1,9}) years? ?)?((?<months>-?[0-9]{1,10}) mons? ?)?((?<days>-?[0-9]{1,12}) days? ?)?"
            + @"((?<minus>[-+])?(?<h>[0-9]{1,12}):(?<m>[0-9]{2}):(?<s>[0-9]{2})(\.(?<fraction>[0-9]+))?)?\z",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Form();
}
