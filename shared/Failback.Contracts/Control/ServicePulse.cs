namespace Failback.Contracts.Control;

/// <summary>
/// Event, sink or applier to control, every second whether or not anything happens: the process lives, and this is where it stands. Its
/// absence is what control knows a silent process by.
/// </summary>
/// <param name="Service">Short name of the process, as in its logs: <c>sink</c>, <c>applier-postgres</c>, …</param>
/// <param name="Replica">Name of the replica.</param>
public sealed record ServicePulse(string Service, string Replica)
{
    /// <summary>Why the process cannot do its work for any failback; null: it can.</summary>
    public string? Problem { get; init; }

    /// <summary>The failbacks that it follows.</summary>
    public IReadOnlyList<FailbackStanding> Failbacks { get; init; } = [];
}
