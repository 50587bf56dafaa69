using System.Globalization;
using System.Text.Json.Nodes;
using Failback.Contracts;

namespace Failback.Cockroach.Changefeeds;

/// <summary>A changefeed job as stored in the database.</summary>
/// <param name="Id">Job id.</param>
/// <param name="Status">Status in CockroachDB's words.</param>
/// <param name="HighWater">Time up to which everything was delivered.</param>
/// <param name="Sink">Sink URI with its secrets.</param>
/// <param name="Options">Options of the statement.</param>
/// <param name="Tables">Full names by object id.</param>
/// <param name="Scan"><c>yes</c>, <c>no</c> or <c>only</c>; <c>done</c> after the scan.</param>
/// <param name="Revision">Grows with ALTER CHANGEFEED.</param>
internal sealed record JobRecord(
    long Id, string Status, HlcTimestamp HighWater, string Sink, JsonObject Options, IReadOnlyDictionary<uint, string> Tables, string Scan,
        long Revision)
{
    public bool Has(string option) => Options.ContainsKey(option);

    public string? Option(string name) => Options[name]?.GetValue<string>();

    public TimeSpan Interval(string option, TimeSpan otherwise) => Option(option) is { Length: > 0 } text ? ParseDuration(text) : otherwise;

    /// <summary>Parses Go's durations: <c>250ms</c>, <c>1s</c>, <c>1m30s</c>.</summary>
    public static TimeSpan ParseDuration(string text)
    {
        double seconds = 0;
        for (int at = 0; at < text.Length;)
        {
            int unit = at;
            while (unit < text.Length && (char.IsAsciiDigit(text[unit]) || text[unit] == '.')) unit++;
            int end = unit;
            while (end < text.Length && char.IsAsciiLetter(text[end])) end++;
            if (unit == at) return TimeSpan.Zero;
            seconds += double.Parse(
                text[at..unit], CultureInfo.InvariantCulture) * text[unit..end] switch
                {
                    "h" => 3600,
                    "m" => 60,
                    "ms" => 0.001,
                    "us" => 0.000001,
                    _ => 1
                };
            at = end;
        }

        return TimeSpan.FromSeconds(seconds);
    }
}
