using Failback.Apply.Groups;
using Failback.Contracts;

namespace Failback.Apply.Applying;

/// <summary>
/// What to apply while catching up. Tables that foreign keys connect, an island, go on together up to a resolved timestamp that all of
/// their queues have delivered: their transactions stay whole, and no versions have to be stored beside the rows. Rows ahead of that wait
/// for it while there is room for what comes next, and not longer than <see cref="GroupContext.AheadAfter"/> when nothing else can be
/// applied.
/// </summary>
internal sealed class CatchUp(GroupContext context, OwnedGroup group)
{
    /// <summary>A transaction's worth: larger ones gain nothing.</summary>
    public const int Rows = 20_000;

    /// <summary>Transactions that take less than this part of what is at hand are not worth it.</summary>
    private const int LeastPart = 4;

    private long _appliedAt;

    /// <summary>Null: nothing yet.</summary>
    public ApplyPlan? Next()
    {
        HlcTimestamp[] reached = Reached();
        int whole = group.Tables.Sum(t => t.Rows.Count(r => r.Updated <= reached[t.Index]));
        bool moves = whole > 0 || group.Tables.Any(t => reached[t.Index] > t.Checkpoint.Resolved);
        if (moves && whole * LeastPart >= group.Inbox.Rows) return Note(ApplyPlan.Window(group.Tables, t => reached[t.Index]));
        if (group.Inbox.Rows == 0) return null;
        if (group.IsPressed) return Note(ApplyPlan.Window(group.Tables, t => reached[t.Index], Room()));
        if (_appliedAt == 0) _appliedAt = context.Time.GetTimestamp();
        return context.Time.GetElapsedTime(_appliedAt) >= context.AheadAfter ? Note(ApplyPlan.Everything(group.Tables)) : null;
    }

    private ApplyPlan Note(ApplyPlan plan)
    {
        _appliedAt = context.Time.GetTimestamp();
        return plan;
    }

    /// <summary>By place: every queue of the table's island has been read at least this far.</summary>
    private HlcTimestamp[] Reached()
    {
        IReadOnlyList<int> islands = group.Order.Islands;
        HlcTimestamp[] lowest = [.. group.Tables.Select(_ => HlcTimestamp.Max)];
        foreach (GroupTable table in group.Tables)
        {
            ref HlcTimestamp island = ref lowest[islands[table.Index]];
            if (table.ReceivedResolved < island) island = table.ReceivedResolved;
        }

        return [.. group.Tables.Select(t => lowest[islands[t.Index]])];
    }

    /// <summary>
    /// By place, how many rows go ahead to make room: of islands whose queues have all out that they may, then of those that hold most, a
    /// transaction's worth, but not more than a part of what is at hand. What came first goes first.
    /// </summary>
    private int[] Room()
    {
        int[] ahead = new int[group.Tables.Count];
        int room = Math.Min(Rows, (group.Inbox.Rows + LeastPart - 1) / LeastPart), left = room;
        var islands = group.Tables.GroupBy(t => group.Order.Islands[t.Index])
            .Select(i => (Tables: i, Rows: i.Sum(t => t.Rows.Count), IsOut: i.Any(t => t.Held.Count >= context.Prefetch)));
        foreach (
            (IEnumerable<GroupTable> tables, int rows, bool isOut) in islands.OrderByDescending(i => i.IsOut).ThenByDescending(i => i.Rows))
        {
            int share = isOut ? room : left;
            if (share <= 0 || rows == 0) continue;
            foreach (GroupTable table in tables)
                ahead[table.Index] = (int)Math.Ceiling(Math.Min(1, share / (double)rows) * table.Rows.Count);
            left -= rows;
        }

        return ahead;
    }
}
