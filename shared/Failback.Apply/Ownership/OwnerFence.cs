using Failback.Apply.Continuity;
using Failback.Apply.Settings;
using Failback.Contracts.Control;
using Failback.Messaging.ControlPlane;
using Microsoft.Extensions.Options;

namespace Failback.Apply.Ownership;

/// <summary>
/// Sees to it that an owner which does not acknowledge a pause, because it is dead or frozen, commits nothing when it wakes up: raises the
/// epoch of its tables. A transaction that it has open holds the checkpoint rows, so that the answer comes after its end.
/// </summary>
internal sealed class OwnerFence(CheckpointDesk desk, ApplierStandings standings, PulseReporter pulse, IOptions<ApplierOptions> options)
    : IAnswer<FenceOwners, FoundCheckpoints>
{
    public async Task<FoundCheckpoints> AnswerAsync(FenceOwners question, CancellationToken cancellationToken)
    {
        string failback = question.Place.Failback;
        FoundCheckpoints found = await desk.AtTargetAsync(
            question.Place,
            (connection, store) => store.TakeOverAsync(connection, failback, question.Tables, options.Value.Replica, cancellationToken),
            cancellationToken);
        if (found.Error is not null) return found;
        standings.Fenced(failback, question.Revision);
        pulse.Hurry();
        return found;
    }
}
