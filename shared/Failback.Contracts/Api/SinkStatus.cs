namespace Failback.Contracts.Api;

/// <summary>The sinks that reported, added up; resolved is the highest that one of them accepted.</summary>
public sealed record SinkStatus(
    int Replicas, long AcceptedRows, long AcceptedRequests, long RejectedRequests, long UnavailableRequests, string? Resolved,
        string? LastError, DateTimeOffset? LastReportAt);
