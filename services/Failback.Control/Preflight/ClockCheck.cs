using System.Globalization;

namespace Failback.Control.Preflight;

/// <summary>Holds a clock against control's.</summary>
internal static class ClockCheck
{
    /// <param name="place">Where the clock is.</param>
    /// <param name="whose">Whose it is, for people.</param>
    /// <param name="ahead">How far it is ahead of control's; negative: behind.</param>
    /// <param name="tolerated">Difference that is not worth a word.</param>
    public static IEnumerable<Check> Of(string place, string whose, TimeSpan ahead, TimeSpan tolerated)
    {
        if (ahead.Duration() <= tolerated) yield break;
        yield return new Check(
            "clock_skew", Severity.Warning, place, null,
            string.Create(
                CultureInfo.InvariantCulture,
                $"the clock of {whose} differs from control's by {ahead.TotalSeconds:0.0} s: lags are shown wrong, and tokens and "
                    + $"certificates may count as ended"), "timedatectl set-ntp true");
    }
}
