using System.Text.Json.Serialization;

namespace Failback.Contracts.Api;

/// <summary>The managed changefeed as the API shows it.</summary>
public sealed record FeedResource
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? JobId { get; init; }

    /// <summary>The job's own word; <c>running</c> does not say that rows arrive, <see cref="FeedLagSeconds"/> does.</summary>
    public string? Status { get; init; }

    public string? RunningStatus { get; init; }

    public string? Error { get; init; }

    /// <summary>Where it began.</summary>
    public string? Cursor { get; init; }

    public string? HighWater { get; init; }

    /// <summary>Age of the last resolved timestamp that arrived here.</summary>
    public double? FeedLagSeconds { get; init; }

    public bool Paused { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? CheckedAt { get; init; }

    public string? CheckError { get; init; }
}
