using System.Globalization;
using System.Text.RegularExpressions;

namespace Failback.Control.Definitions;

/// <summary>Reads durations in the form of changefeed options: <c>1h</c>, <c>250ms</c>, <c>1h0m0s</c>, <c>1.5s</c>, <c>0</c>.</summary>
internal static partial class Duration
{
    public const string Expected = "a duration such as 250ms, 1s or 1h0m0s";

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text == "0") return true;
        Match match = Form().Match(text);
        if (!match.Success || text.Length > 60) return false;
        double ticks = 0;
        for (int i = 0; i < match.Groups["n"].Captures.Count; i++)
        {
            double number = double.Parse(match.Groups["n"].Captures[i].Value, CultureInfo.InvariantCulture);
            ticks += number * match.Groups["u"].Captures[i].Value switch
            {
                "h" => TimeSpan.TicksPerHour,
                "m" => TimeSpan.TicksPerMinute,
                "s" => TimeSpan.TicksPerSecond,
                "ms" => TimeSpan.TicksPerMillisecond,
                "ns" => 0.01,
                _ => TimeSpan.TicksPerMicrosecond,
            };
        }

        if (ticks > TimeSpan.FromDays(36500).Ticks) return false;
        duration = TimeSpan.FromTicks((long)ticks);
        return true;
    }

    [GeneratedRegex(@"\A(?:(?<n>[0-9]+(?:\.[0-9]+)?)(?<u>ns|us|µs|ms|h|m|s))+\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Form();
}
