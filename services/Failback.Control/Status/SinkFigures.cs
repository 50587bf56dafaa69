using Failback.Contracts;

namespace Failback.Control.Status;

/// <summary>The sinks that reported, added up.</summary>
internal sealed record SinkFigures
{
    public required int Replicas { get; init; }

    public required long AcceptedRows { get; init; }

    public required long AcceptedRequests { get; init; }

    public required long RejectedRequests { get; init; }

    public required long UnavailableRequests { get; init; }

    /// <summary>Highest resolved timestamp that a sink accepted; null: none.</summary>
    public required HlcTimestamp? Resolved { get; init; }

    /// <summary>Latest refusal.</summary>
    public required string? LastError { get; init; }

    public required DateTimeOffset? LastReportAt { get; init; }

    /// <summary>
    /// Versions of the userscript that the sinks run; more than one for a moment after a switch, or when a sink has not heard of it.
    /// </summary>
    public required IReadOnlyList<long> Scripts { get; init; }
}
