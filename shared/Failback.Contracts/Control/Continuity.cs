namespace Failback.Contracts.Control;

/// <summary>How far a table's checkpoint was known to be: the target must never show less.</summary>
public sealed record TableWitness
{
    /// <summary>Table of the target, <c>schema.table</c>.</summary>
    public required string Table { get; init; }

    /// <summary>Random text that the checkpoint row was made with.</summary>
    public required string Lineage { get; init; }

    /// <summary>Number of the owner.</summary>
    public required long Epoch { get; init; }

    /// <summary>Number of the transactions.</summary>
    public required long Revision { get; init; }

    /// <summary>Resolved timestamp of the checkpoint; HLC text.</summary>
    public required string Resolved { get; init; }
}

/// <summary>Request, applier to control before it takes tables over: how far were they?</summary>
/// <param name="Failback">The failback.</param>
public sealed record GetWitness(string Failback);

/// <summary>Answer to <see cref="GetWitness"/>: the tables that control has heard of.</summary>
/// <param name="Tables">The highest that was reported of each.</param>
public sealed record Witness(IReadOnlyList<TableWitness> Tables);

/// <summary>Request, control to the appliers of one dialect: how far are the tables of a failback in the target?</summary>
/// <param name="Place">Where.</param>
public sealed record ReadCheckpoints(StagingPlace Place);

/// <summary>
/// Answer to <see cref="ReadCheckpoints"/> and to <see cref="RewindCheckpoints"/>, or why not; the error never holds a secret.
/// </summary>
/// <param name="Tables">Every table that has a checkpoint.</param>
/// <param name="Error">Why they are not known; null: they are.</param>
public sealed record FoundCheckpoints(IReadOnlyList<TableWitness> Tables, string? Error);

/// <summary>
/// Order, control to the appliers of one dialect: set checkpoints for a feed that is made anew. Raises the epoch, so that no owner of
/// before
/// can commit, and forgets the publishers, whose queues are made anew too.
/// </summary>
/// <param name="Place">Where.</param>
/// <param name="Read">Every table as control has read it: one that has moved since is not rewound.</param>
/// <param name="Tables">Tables whose checkpoint goes back to <paramref name="To"/> where it is later.</param>
/// <param name="To">Begin of the new feed; HLC text.</param>
/// <param name="Epoch">Above every epoch that was known.</param>
/// <param name="Revision">At least every revision that was known.</param>
public sealed record RewindCheckpoints(
    StagingPlace Place, IReadOnlyList<TableWitness> Read, IReadOnlyList<string> Tables, string To, long Epoch, long Revision);
