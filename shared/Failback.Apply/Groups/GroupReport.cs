using Failback.Apply.Staging;
using Failback.Contracts.Control;
using Failback.Contracts.Words;

namespace Failback.Apply.Groups;

/// <summary>What control is told of a group.</summary>
internal static class GroupReport
{
    public static ApplierProgress Of(
        GroupContext context, IReadOnlyList<GroupTable> tables, FailbackActivity activity, TableState state, string? error,
        string? trouble = null) => new()
        {
            Failback = context.Spec.Name,
            Life = context.Spec.UnknownTableQueue,
            Replica = context.Replica,
            Epoch = tables.Count == 0 ? 0 : tables.Max(t => t.Checkpoint.Epoch),
            Activity = Word.Of(activity),
            Tables = [.. tables.Select(t => Of(context.Spec.Revision, t, state, error, trouble))],
        };

    private static TableProgress Of(long specRevision, GroupTable table, TableState state, string? error, string? trouble)
    {
        Counters counters = table.Checkpoint.Counters;
        long held = table.Held.Sum(e => e.Received - e.CountedAsLetters);
        return new TableProgress
        {
            Table = table.Name,
            Epoch = table.Checkpoint.Epoch,
            SpecRevision = specRevision,
            Revision = table.Checkpoint.Revision,
            Lineage = table.Checkpoint.Lineage,
            CheckpointResolved = table.Checkpoint.Resolved.ToString(),
            Received = counters.Received + held,
            Applied = counters.Applied,
            Superseded = counters.Superseded,
            Filtered = counters.Filtered,
            DeadLettered = counters.DeadLettered,
            InFlight = table.InFlight,
            WaitingLetters = table.Letters.Waiting,
            OpenLetters = table.Letters.Open,
            OldestLetter = table.Letters.Oldest == default ? "" : table.Letters.Oldest.ToString(),
            AppliedResolved = table.AppliedResolved == default ? "" : table.AppliedResolved.ToString(),
            ReceivedResolved = table.ReceivedResolved == default ? "" : table.ReceivedResolved.ToString(),
            State = state,
            Error = error,
            Trouble = trouble,
            UnknownColumns = [.. table.Reader.UnknownColumns.Select(c => c.Name).Order(StringComparer.Ordinal)],
            AbsentColumns = table.Reader.AbsentColumns,
        };
    }
}
