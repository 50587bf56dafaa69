using Failback.Apply.Groups;
using Failback.Apply.Settings;
using Failback.Apply.Windows;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Words;

namespace Failback.Apply.Applying;

/// <summary>
/// Decides between whole windows and catching up. Catching up begins when the oldest message at hand has waited longer than
/// <c>bestEffortWindow</c>, or when a window can never be complete in memory; it ends at a resolved timestamp after the one at which it
/// began, once the backlog is younger than a quarter of the window.
/// </summary>
internal sealed class ActivitySwitch(GroupContext context, OwnedGroup group)
{
    private const int CalmPart = 4;
    private HlcTimestamp _began;

    public FailbackActivity Current { get; private set; } = context.Spec.Mode switch
    {
        ApplyMode.Consistent => FailbackActivity.Consistent,
        ApplyMode.BestEffort => FailbackActivity.BestEffort,
        _ => FailbackActivity.Immediate,
    };

    /// <summary>Whole windows, one transaction each.</summary>
    public bool IsConsistent => Current == FailbackActivity.Consistent;

    /// <summary>Looks at the backlog; true when the activity changed.</summary>
    public bool Choose()
    {
        if (context.Spec.Mode != ApplyMode.Consistent) return false;
        TimeSpan window = context.Spec.BestEffortWindow;
        TimeSpan age = Age();
        if (IsConsistent && window > TimeSpan.Zero && age > window)
            return Change(FailbackActivity.CatchUp, "the backlog is older than bestEffortWindow");
        if (IsConsistent && IsStuck()) return Change(FailbackActivity.CatchUp, "the window is larger than what may be held");
        bool calm = window == TimeSpan.Zero || age < window / CalmPart;
        return Current == FailbackActivity.CatchUp && calm && group.Resolved > _began && Change(FailbackActivity.Consistent, "caught up");
    }

    /// <summary>How long the oldest message at hand has been waiting since the sink accepted it.</summary>
    private TimeSpan Age()
    {
        DateTimeOffset now = context.Time.GetUtcNow();
        TimeSpan age = TimeSpan.Zero;
        foreach (GroupTable table in group.Tables)
        {
            MessageEntry? first = table.Held.Count > 0 ? table.Held[0] : null;
            if (first is { Publisher.Length: > 0 } && now - first.PublishedAt > age) age = now - first.PublishedAt;
        }

        return age;
    }

    /// <summary>Nothing more can be read, and no resolved timestamp that every queue has delivered is among what is held.</summary>
    private bool IsStuck() => group.ReceivedResolved <= group.Resolved && group.IsPressed;

    private bool Change(FailbackActivity next, string reason)
    {
        ApplyLog.ActivityChanged(context.Logger, context.Spec.Name, Word.Of(Current), Word.Of(next), reason);
        Current = next;
        _began = group.Tables.Max(t => t.Checkpoint.Resolved);
        return true;
    }
}
