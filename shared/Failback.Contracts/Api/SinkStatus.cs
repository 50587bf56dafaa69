namespace Failback.Contracts.Api;

/// <summary>The sinks that reported, added up; resolved is the highest that one of them accepted.</summary>
public sealed record SinkStatus(
    int Replicas, long AcceptedRows, long AcceptedRequests, long RejectedRequests, long UnavailableRequests, string? Resolved,
        string? LastError, DateTimeOffset? LastReportAt)
{
    /// <summary>When the refusal of LastError was; null: there was none.</summary>
    public DateTimeOffset? LastErrorAt { get; init; }
}
