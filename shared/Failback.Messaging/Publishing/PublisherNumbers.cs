using System.Globalization;

namespace Failback.Messaging.Publishing;

/// <summary>
/// Id and numbers of a publisher. An id that was idle for days is not used again: readers forget ids that they have not heard of for thirty
/// days, and would take its next number for a gap.
/// </summary>
internal sealed class PublisherNumbers(TimeProvider time)
{
    /// <summary>Idle time after which an id ends; well below the time after which readers forget it.</summary>
    internal static readonly TimeSpan IdleAtMost = TimeSpan.FromDays(3);

    private DateTimeOffset _usedAt;

    internal string Id { get; private set; } = "";

    internal long Sequence { get; private set; }

    internal long Total { get; private set; }

    /// <summary>Takes the next number; true: it is the first of a new id.</summary>
    internal bool Next(int rows)
    {
        DateTimeOffset now = time.GetUtcNow();
        bool begins = Id.Length == 0 || now - _usedAt > IdleAtMost;
        if (begins) (Id, Sequence, Total) = (Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture), 0, 0);
        _usedAt = now;
        Sequence++;
        Total += rows;
        return begins;
    }

    /// <summary>Ends the id: a number of it may have been lost.</summary>
    internal void End() => Id = "";
}
