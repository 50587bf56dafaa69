using Failback.Contracts;

namespace Failback.Apply.Groups;

/// <summary>
/// Notices that two changefeeds post to one webhook. Resolved timestamps of one feed only grow, but for a step back when it restarts; those
/// of two go back and forth. Time is when the sinks published them, so that a backlog that is read in a hurry looks no different.
/// </summary>
internal sealed class SenderWatch
{
    private const int StepsBack = 5;
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(1);

    private readonly Queue<DateTimeOffset> _back = new();
    private HlcTimestamp _last;

    /// <summary>Two senders are likely.</summary>
    public bool IsSuspected => _back.Count >= StepsBack;

    /// <summary>Takes the next resolved timestamp of a queue.</summary>
    public void Note(HlcTimestamp resolved, DateTimeOffset publishedAt)
    {
        if (resolved < _last) _back.Enqueue(publishedAt);
        _last = resolved;
        while (_back.TryPeek(out DateTimeOffset oldest) && publishedAt - oldest > Within) _back.Dequeue();
    }
}
