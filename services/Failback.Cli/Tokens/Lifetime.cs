using System.Globalization;
using Failback.Cli.Api;

namespace Failback.Cli.Tokens;

/// <summary>How long a token lives: <c>90d</c>, <c>12h</c>, <c>30m</c>.</summary>
internal static class Lifetime
{
    /// <exception cref="CallFailedException">Not such a time.</exception>
    public static TimeSpan Parse(string text)
    {
        bool good = text.Length > 1 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number is > 0 and <= 100_000;
        int count = good ? int.Parse(text[..^1], CultureInfo.InvariantCulture) : 0;
        return (good, text[^1..]) switch
        {
            (true, "d") => TimeSpan.FromDays(count),
            (true, "h") => TimeSpan.FromHours(count),
            (true, "m") => TimeSpan.FromMinutes(count),
            _ => throw CallFailedException.Usage($"--expires {text} is no time", "for example --expires 90d, 12h or 30m"),
        };
    }
}
