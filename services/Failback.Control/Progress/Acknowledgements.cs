using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Control.Registry;

namespace Failback.Control.Progress;

/// <summary>
/// Who has not yet acknowledged what was ordered of a failback. Owners of its tables must say that they have let go, or be fenced by
/// another replica; a sink that was heard of must say that it works by the order.
/// </summary>
internal static class Acknowledgements
{
    /// <summary>Returns the state that may be said of a failback.</summary>
    public static FailbackState Shown(FailbackRecord failback, IReadOnlyCollection<string> missing) => failback.State switch
    {
        RunState.Created => FailbackState.Created,
        RunState.Running => FailbackState.Running,
        RunState.Paused => missing.Count == 0 ? FailbackState.Paused : FailbackState.Pausing,
        RunState.Stopped => missing.Count == 0 ? FailbackState.Stopped : FailbackState.Stopping,
        _ => FailbackState.Deleted,
    };

    /// <summary>Returns the replicas whose acknowledgement is missing.</summary>
    /// <param name="failback">What is ordered.</param>
    /// <param name="owners">Replicas that reported as the last owner of one of its tables.</param>
    /// <param name="pulses">Last pulses.</param>
    /// <param name="now">Present.</param>
    /// <param name="silentAfter">Silence from which a sink counts as away: one that is away takes no request.</param>
    public static IReadOnlyList<string> Missing(
        FailbackRecord failback, IEnumerable<string> owners, IReadOnlyCollection<HeardPulse> pulses, DateTimeOffset now,
        TimeSpan silentAfter)
    {
        if (failback.State is not (RunState.Paused or RunState.Stopped)) return [];
        HeardPulse[] appliers = [.. pulses.Where(pulse => pulse.IsApplierOf(failback.Dialect))];
        string[] holders = [.. appliers.Where(pulse => pulse.Of(failback.Name)?.IsAtWork == true).Select(pulse => pulse.Replica)];
        bool fenced = failback.State == RunState.Paused
            && appliers.Any(pulse => pulse.Of(failback.Name)?.FencedRevision >= failback.StateRevision);
        IEnumerable<string> waiting = owners.Concat(holders).Distinct(StringComparer.Ordinal).Where(replica => !HasFollowed(
            failback, appliers.FirstOrDefault(pulse => pulse.Replica == replica), mustRest: failback.State == RunState.Paused));
        // A fence holds for those that are not heard; one that is heard and at work is waited for.
        if (fenced) waiting = waiting.Where(replica => appliers.Any(pulse => pulse.Replica == replica && now - pulse.At <= silentAfter));
        IEnumerable<string> sinks = failback.State == RunState.Stopped
            ? pulses.Where(pulse => pulse.IsSink && now - pulse.At <= silentAfter && !HasFollowed(failback, pulse, mustRest: true))
                .Select(pulse => pulse.Replica)
            : [];
        return [.. waiting.Concat(sinks).Order(StringComparer.Ordinal)];
    }

    private static bool HasFollowed(FailbackRecord failback, HeardPulse? pulse, bool mustRest) =>
        pulse?.Of(failback.Name) is { } standing && standing.Revision >= failback.StateRevision && !(mustRest && standing.IsAtWork);
}
