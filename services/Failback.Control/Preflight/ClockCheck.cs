using Failback.Contracts.Api;
using Failback.Contracts.Words;

namespace Failback.Control.Preflight;

/// <summary>Compares a clock with control's.</summary>
internal static class ClockCheck
{
    /// <param name="place">Where the clock is.</param>
    /// <param name="whose">Whose it is, for people.</param>
    /// <param name="ahead">How far it is ahead of control's; negative: behind.</param>
    /// <param name="resolution">Precision of the reading.</param>
    public static IEnumerable<Check> Of(string place, string whose, TimeSpan ahead, TimeSpan resolution) => Finding.OfClocks(
        "the clock of " + whose, "control's", ahead, resolution,
        "lags are shown wrong, and tokens and certificates may count as ended").Select(finding => Check.At(place, finding));
}
