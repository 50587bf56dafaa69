using System.Text.Json.Nodes;

namespace Failback.Cockroach.Changefeeds;

/// <summary>
/// The option <c>webhook_sink_config</c> (https://www.cockroachlabs.com/docs/stable/changefeed-sinks). With all values zero every
/// row is sent alone and at once.
/// </summary>
internal sealed record SinkConfig(int Messages, int Bytes, TimeSpan Frequency, int Retries, TimeSpan Backoff)
{
    public static SinkConfig Parse(string? json)
    {
        JsonNode? config = json is { Length: > 0 } ? JsonNode.Parse(json) : null;
        JsonNode? flush = config?["Flush"];
        JsonNode? retry = config?["Retry"];
        return new SinkConfig(
            (int?)flush?[nameof(Messages)] ?? 0,
            (int?)flush?[nameof(Bytes)] ?? 0,
            JobRecord.ParseDuration((string?)flush?[nameof(Frequency)] ?? ""),
            retry?["Max"] is JsonValue max
            ? max.TryGetValue(out int tries)
            ? tries
            : (string?)max == "inf"
            ? int.MaxValue
            : int.Parse((string)max!, System.Globalization.CultureInfo.InvariantCulture)
            : 3,
            retry?[nameof(Backoff)] is { } backoff ? JobRecord.ParseDuration((string)backoff!) : TimeSpan.FromMilliseconds(500));
    }

    public bool IsFull(int messages, int bytes) =>
        Frequency == TimeSpan.Zero || (Messages > 0 && messages >= Messages) || (Bytes > 0 && bytes >= Bytes);
}
