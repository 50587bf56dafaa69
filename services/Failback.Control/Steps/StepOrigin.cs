using Failback.Contracts.Control;
using Failback.Control.Registry;

namespace Failback.Control.Steps;

/// <summary>
/// The failback as a run found it. A run goes on only while the failback is in this state or in the one that the run itself gives it.
/// </summary>
/// <param name="State">State.</param>
/// <param name="Since">Time of its last change.</param>
/// <param name="Generation">Tells the failback from another that was defined later under its name.</param>
internal sealed record StepOrigin(RunState State, DateTimeOffset Since, string Generation)
{
    public static StepOrigin Of(FailbackRecord failback) => new(failback.State, failback.StateSince, failback.Generation);

    /// <summary>Returns true while the state is the one that the run found.</summary>
    public bool IsStill(FailbackRecord failback) => Of(failback) == this;
}
