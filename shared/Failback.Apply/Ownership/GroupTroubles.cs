using Failback.Apply.Groups;
using Failback.Contracts.Control;
using Failback.Contracts.Words;

namespace Failback.Apply.Ownership;

/// <summary>Tells control what keeps the tables of a group from being served.</summary>
/// <param name="context">The failback.</param>
/// <param name="report">Takes reports.</param>
internal sealed class GroupTroubles(GroupContext context, Action<ApplierProgress> report)
{
    private const string LaneBusy =
        "the session that the table shares with others has been busy with these for seconds: a lock or a slow statement holds one of "
            + "them up";

    /// <summary>A group does not get its turn on a session.</summary>
    public void ReportLate(ApplyGroup group) => Report(group, TableState.Retrying, LaneBusy);

    /// <summary>A group is not served.</summary>
    /// <param name="group">The group.</param>
    /// <param name="state">Whether it will be by itself.</param>
    /// <param name="error">Why.</param>
    /// <param name="trouble">Code of the trouble; null: by the state.</param>
    public void Report(ApplyGroup group, TableState state, string error, string? trouble = null) => report(new ApplierProgress
    {
        Failback = context.Spec.Name,
        Life = context.Spec.UnknownTableQueue,
        Replica = context.Replica,
        Epoch = 0,
        Activity = "",
        Tables = [
            .. group.Tables.Select(t => new TableProgress
            {
                Table = t.Target,
                SpecRevision = context.Spec.Revision,
                State = state,
                Error = error,
                Trouble = trouble,
            })],
    });
}
