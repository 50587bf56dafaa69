using Failback.Contracts;
using Failback.Contracts.Control;

namespace Failback.Sink.Webhook;

/// <summary>What this process answered for one failback since it started.</summary>
internal sealed class FeedCounters(string failback)
{
    private readonly Lock _gate = new();
    private long _rows;
    private long _accepted;
    private long _rejected;
    private long _unavailable;
    private HlcTimestamp _resolved;
    private string? _lastError;

    internal void Accepted(int rows, HlcTimestamp? resolved)
    {
        lock (_gate)
        {
            _accepted++;
            _rows += rows;
            if (resolved is { } timestamp && timestamp > _resolved) _resolved = timestamp;
        }
    }

    internal void Refused(int status, string reason)
    {
        lock (_gate)
        {
            if (status >= 500) _unavailable++;
            else _rejected++;
            _lastError = reason;
        }
    }

    internal SinkProgress Report(string replica)
    {
        lock (_gate)
        {
            return new SinkProgress
            {
                Failback = failback,
                Replica = replica,
                AcceptedRows = _rows,
                AcceptedRequests = _accepted,
                RejectedRequests = _rejected,
                UnavailableRequests = _unavailable,
                Resolved = _resolved == default ? "" : _resolved.ToString(),
                LastError = _lastError,
            };
        }
    }
}
