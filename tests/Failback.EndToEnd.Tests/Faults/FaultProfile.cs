namespace Failback.EndToEnd.Tests.Faults;

/// <summary>Which faults a run meets.</summary>
/// <param name="Name">For the name of the test.</param>
/// <param name="FlipModes">The mode changes each second by PUT.</param>
/// <param name="Kinds">Faults; none: all there are.</param>
public sealed record FaultProfile(string Name, bool FlipModes, params FaultKind[] Kinds)
{
    private const string Processes = "processes";

    /// <summary>How long the feed takes and faults begin.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>All profiles of the suite and the soak.</summary>
    public static IReadOnlyList<FaultProfile> All { get; } =
    [
        new("everything", FlipModes: false),
        new("everything while modes flip", FlipModes: true),
        new(Processes, FlipModes: false, FaultKind.KillSink, FaultKind.KillApplier, FaultKind.KillControl, FaultKind.FreezeApplier,
            FaultKind.FreezeSink, FaultKind.ReplicaLeaves),
        new("servers", FlipModes: false, FaultKind.RestartBroker, FaultKind.KillBroker, FaultKind.RestartDatabase, FaultKind.KillDatabase,
            FaultKind.KillApplier),
        new("connections while modes flip", FlipModes: true, FaultKind.CutSinksFromBroker, FaultKind.LoseConfirms,
            FaultKind.CutAppliersFromBroker, FaultKind.CutAppliersFromDatabase,
            FaultKind.LoseCommitAnswers, FaultKind.SilenceAppliersToDatabase, FaultKind.SlowAppliersToDatabase, FaultKind.ReplicaLeaves),
    ];

    /// <summary>Those of the suite: the one named in <c>FAILBACK_FAULTS</c>, or all but one, whose faults are in others too.</summary>
    public static IEnumerable<FaultProfile> Suite =>
        Environment.GetEnvironmentVariable("FAILBACK_FAULTS") is { Length: > 0 } name
        ? All.Where(p => p.Name == name)
        : All.Where(p => p.Name != Processes);

    public override string ToString() => Name;
}
