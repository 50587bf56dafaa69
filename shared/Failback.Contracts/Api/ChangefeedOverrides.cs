using System.Text.Json.Serialization;

namespace Failback.Contracts.Api;

/// <summary>The changefeed override file of the seed, key by key; absent keys take the defaults.</summary>
public sealed record ChangefeedOverrides
{
    [JsonPropertyName("host")]
    public string? Host { get; init; }

    [JsonPropertyName("port")]
    public int? Port { get; init; }

    [JsonPropertyName("sink_query_parameters")]
    public string? SinkQueryParameters { get; init; }

    [JsonPropertyName("resolved")]
    public string? Resolved { get; init; }

    [JsonPropertyName("min_checkpoint_frequency")]
    public string? MinCheckpointFrequency { get; init; }

    [JsonPropertyName("initial_scan")]
    public string? InitialScan { get; init; }

    [JsonPropertyName("webhook_sink_config")]
    public string? WebhookSinkConfig { get; init; }
}
