using Failback.Contracts;
using Failback.Contracts.Control;

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

    /// <summary>When that was.</summary>
    public DateTimeOffset? LastErrorAt { get; init; }

    public required DateTimeOffset? LastReportAt { get; init; }

    /// <summary>
    /// Versions of the userscript that the sinks run; more than one for a moment after a switch, or when a sink has not heard of it.
    /// </summary>
    public required IReadOnlyList<long> Scripts { get; init; }

    /// <summary>Adds reports up.</summary>
    public static SinkFigures Of(IReadOnlyList<(DateTimeOffset At, SinkProgress Progress)> sinks)
    {
        (DateTimeOffset At, SinkProgress Progress)[] failing = [.. sinks.Where(sink => sink.Progress.LastError is not null)];
        SinkProgress? last = failing.Length == 0 ? null : failing.MaxBy(sink => sink.Progress.LastErrorAt ?? sink.At).Progress;
        return new SinkFigures
        {
            Replicas = sinks.Count,
            AcceptedRows = sinks.Sum(sink => sink.Progress.AcceptedRows),
            AcceptedRequests = sinks.Sum(sink => sink.Progress.AcceptedRequests),
            RejectedRequests = sinks.Sum(sink => sink.Progress.RejectedRequests),
            UnavailableRequests = sinks.Sum(sink => sink.Progress.UnavailableRequests),
            Resolved = sinks.Select(sink => Heard.Reading(sink.Progress.Resolved)).Max(),
            LastError = last?.LastError,
            LastErrorAt = last?.LastErrorAt,
            LastReportAt = sinks.Count == 0 ? null : sinks.Max(sink => sink.At),
            Scripts = [.. sinks.Select(sink => sink.Progress.ScriptVersion).Where(version => version > 0).Distinct().Order()],
        };
    }
}
