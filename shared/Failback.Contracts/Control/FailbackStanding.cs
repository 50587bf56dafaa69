namespace Failback.Contracts.Control;

/// <summary>How one process follows one failback.</summary>
/// <param name="Failback">The failback.</param>
/// <param name="Revision">Revision that the process works by: it has carried out what that revision orders.</param>
/// <param name="State">State that this revision orders.</param>
public sealed record FailbackStanding(string Failback, long Revision, RunState State)
{
    /// <summary>
    /// The process may still change something: an applier holds tables or is letting go of them, a sink is in the middle of a request.
    /// </summary>
    public bool IsAtWork { get; init; }

    /// <summary>Why the process can do nothing for the failback, with the next step; null: it can.</summary>
    public string? Problem { get; init; }

    /// <summary>Seconds for which an applier has been in one transaction; null: in none.</summary>
    public double? BusySeconds { get; init; }

    /// <summary>A table of that transaction.</summary>
    public string? BusyTable { get; init; }

    /// <summary>Seconds since the target last answered an applier that works on the failback; null: it does not ask it.</summary>
    public double? TargetSilentSeconds { get; init; }

    /// <summary>
    /// Revision up to which this replica has seen to it that no former owner commits anything more; 0: it was not asked to.
    /// </summary>
    public long FencedRevision { get; init; }
}
