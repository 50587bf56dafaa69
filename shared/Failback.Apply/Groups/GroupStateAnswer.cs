using Failback.Contracts.Control;
using Failback.Messaging.ControlPlane;

namespace Failback.Apply.Groups;

/// <summary>Tells who owns a group and where its tables stand.</summary>
internal sealed class GroupStateAnswer(OwnedGroups groups) : IOwnerAnswer<GroupStateNow, GroupState>
{
    public Task<GroupState?> AnswerAsync(Guid id, GroupStateNow question, CancellationToken cancellationToken) =>
        groups.AskAsync(id, question.Group, (turn, _) => Task.FromResult(StateOf(turn)), cancellationToken);

    // The fence has just made sure that the checkpoints in memory are those of the target.
    private static GroupState StateOf(GroupTurn turn) => new(
        turn.Context.Replica,
        [.. turn.Group.Tables.Select(
            t => new GroupTableState(t.Name, t.Checkpoint.Epoch, t.Checkpoint.Revision, t.Checkpoint.Resolved.ToString()))]);
}
