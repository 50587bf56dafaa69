using System.Data.Common;
using Failback.Apply.Failures;
using Failback.Apply.Staging;

namespace Failback.Apply.Groups;

/// <summary>Locks the checkpoints of a group's tables and makes sure that they are what this owner left.</summary>
internal static class GroupFence
{
    /// <exception cref="FencedException">Another replica owns the group.</exception>
    public static async Task CheckAsync(
        GroupContext context, IReadOnlyList<GroupTable> tables, DbTransaction transaction, CancellationToken cancellationToken)
    {
        IReadOnlyList<TableCheckpoint> found = await context.Checkpoints.LockAsync(
            transaction, context.Spec.Name, [.. tables.Select(t => t.Name)], cancellationToken);
        foreach (GroupTable table in tables)
        {
            TableCheckpoint? now = found.FirstOrDefault(c => c.Table == table.Name);
            if (now is null || now.Epoch != table.Checkpoint.Epoch || now.Revision != table.Checkpoint.Revision)
                throw new FencedException($"{table.Name} is at epoch {now?.Epoch}, ours is {table.Checkpoint.Epoch}");
        }
    }
}
