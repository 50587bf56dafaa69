using Failback.Apply.Dialects;

namespace Failback.Apply.Groups;

/// <summary>
/// The sessions of a failback on this replica. A session per group would take as many as there are tables, which no server has for long;
/// few
/// are enough, because a group needs one only while it is at work.
/// </summary>
internal sealed class SessionLanes
{
    private readonly SessionLane[] _lanes;

    public SessionLanes(GroupContext context, int groups) =>
        _lanes = [.. Enumerable.Range(0, Math.Min(groups, SessionTerms.Lanes)).Select(_ => new SessionLane(context))];

    /// <summary>The lane of the group at a place.</summary>
    public SessionLane Of(int place) => _lanes[place % _lanes.Length];

    /// <summary>Ends all sessions, when no group has a turn any more.</summary>
    public async Task CloseAsync()
    {
        foreach (SessionLane lane in _lanes) await lane.DisposeAsync();
    }
}
