using Failback.Apply.Tables;
using Failback.Contracts.Control;

namespace Failback.Apply.Dialects;

/// <summary>What the checks before a start look into.</summary>
/// <param name="Tables">Tables of the failback.</param>
/// <param name="StagingSchema">Its staging schema, whether it is there or not.</param>
/// <param name="Failback">Its name: what it left there itself is not another's.</param>
public sealed record InspectionScope(IReadOnlyList<TargetTable> Tables, string StagingSchema, string Failback)
{
    /// <summary>Sessions that a replica will open in the target.</summary>
    public int Sessions { get; init; }

    /// <summary>Clock that the server's is held against.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Whether triggers are to fire; null: they do, because the definition does not say otherwise.</summary>
    public TriggerPolicy? Triggers { get; init; }
}
