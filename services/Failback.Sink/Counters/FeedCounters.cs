using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Sink.Reading;

namespace Failback.Sink.Counters;

/// <summary>Counts the responses of this process for one failback since it started; the source of <see cref="SinkProgress"/>.</summary>
/// <param name="failback">Its name.</param>
/// <param name="life">As <see cref="SinkProgress.Life"/>.</param>
/// <param name="time">Clock of this process.</param>
internal sealed class FeedCounters(string failback, string life, TimeProvider time)
{
    /// <summary>How long a warning stands after its last occasion: a changefeed repeats a refused request within seconds.</summary>
    private static readonly TimeSpan WarnsFor = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long _rows;
    private long _accepted;
    private DateTimeOffset _acceptedAt = DateTimeOffset.MinValue;
    private long _rejected;
    private long _unavailable;
    private HlcTimestamp _resolved;
    private string? _lastError;
    private DateTimeOffset? _lastErrorAt;
    private int _active;
    private long _dropped;
    private long _scriptVersion;
    private string? _scriptError;
    private (string Text, DateTimeOffset At)? _future;

    /// <summary>As <see cref="SinkProgress.Life"/>.</summary>
    internal string Life => life;

    /// <summary>Requests that were let in and are not finished: they may still publish rows.</summary>
    internal int Active => Volatile.Read(ref _active);

    /// <summary>A request was let in.</summary>
    internal void Enter() => Interlocked.Increment(ref _active);

    /// <summary>A request is finished, whatever became of it.</summary>
    internal void Leave() => Interlocked.Decrement(ref _active);

    internal void Accepted(ChangefeedBody content)
    {
        lock (_gate)
        {
            _accepted++;
            _acceptedAt = time.GetUtcNow();
            _rows += content.RowCount;
            _dropped += content.Uncounted;
            if (content.Resolved is { } timestamp && timestamp > _resolved) _resolved = timestamp;
        }
    }

    /// <summary>
    /// Counts a refusal. One for missing or wrong credentials is shown only while the changefeed itself does not come through: a
    /// stranger who knows the path cannot make a feed that works look wrong.
    /// </summary>
    internal void Refused(int status, string reason)
    {
        lock (_gate)
        {
            if (status >= 500) _unavailable++;
            else _rejected++;
            bool stranger = status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden
                or StatusCodes.Status429TooManyRequests;
            if (stranger && time.GetUtcNow() - _acceptedAt <= WarnsFor) return;
            _lastError = reason;
            _lastErrorAt = time.GetUtcNow();
        }
    }

    /// <summary>Records a timestamp that lies too far in the future.</summary>
    internal void InFuture(string text)
    {
        lock (_gate) _future = (text, time.GetUtcNow());
    }

    /// <summary>
    /// Records the version of the userscript that routes the rows (0: none) and the reason why it cannot (null: it runs).
    /// </summary>
    internal void Script(long version, string? error)
    {
        lock (_gate)
        {
            _scriptVersion = version;
            _scriptError = error;
        }
    }

    internal SinkProgress Report(string replica)
    {
        lock (_gate)
        {
            return new SinkProgress
            {
                Failback = failback,
                Life = life,
                Replica = replica,
                AcceptedRows = _rows,
                AcceptedRequests = _accepted,
                RejectedRequests = _rejected,
                UnavailableRequests = _unavailable,
                Resolved = _resolved == default ? "" : _resolved.ToString(),
                LastError = _lastError,
                LastErrorAt = _lastErrorAt,
                ScriptVersion = _scriptVersion,
                ScriptError = _scriptError,
                DroppedRows = _dropped,
                TimestampInFuture = Standing(_future),
            };
        }
    }

    private string? Standing((string Text, DateTimeOffset At)? warning) =>
        warning is { } given && time.GetUtcNow() - given.At < WarnsFor ? given.Text : null;
}
