using System.Collections.Concurrent;

namespace Failback.Apply.Groups;

/// <summary>When the targets of this process last answered a heartbeat.</summary>
internal sealed class TargetContacts(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, long> _answered = new(StringComparer.Ordinal);

    /// <summary>The target of a failback is asked: from the first time on its silence counts.</summary>
    public void Expect(string failback) => _answered.TryAdd(failback, time.GetTimestamp());

    /// <summary>The target of a failback has answered.</summary>
    public void Note(string failback) => _answered[failback] = time.GetTimestamp();

    /// <summary>The target of a failback is not asked any more.</summary>
    public void Forget(string failback) => _answered.TryRemove(failback, out _);

    /// <summary>Returns the time since the target of a failback last answered; null: it is not asked.</summary>
    public TimeSpan? SilenceOf(string failback) =>
        _answered.TryGetValue(failback, out long at) ? time.GetElapsedTime(at) : null;
}
