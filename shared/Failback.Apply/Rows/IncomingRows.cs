using System.Data.Common;
using Failback.Apply.Groups;
using Failback.Apply.Staging;
using Failback.Apply.Windows;
using Failback.Apply.Writing;

namespace Failback.Apply.Rows;

/// <summary>
/// Which rows of a transaction are to be written: not those that are older than what the target has, and others as the userscript makes
/// them.
/// </summary>
/// <param name="context">The failback.</param>
/// <param name="transaction">Where versions are read.</param>
/// <param name="failed">Takes the rows on which the script failed.</param>
/// <param name="note">Is told of rows that are not written, and why.</param>
internal sealed class IncomingRows(
    GroupContext context, DbTransaction transaction, List<RowFailure> failed, Action<MessageEntry, Outcome> note)
{
    public async Task<TableChanges> ChooseAsync(GroupTable table, TableChanges changes, CancellationToken cancellationToken)
    {
        TableChanges fresh = ScriptRefusals.Split(await WithoutStaleAsync(table, changes, cancellationToken), failed);
        return table.IsScripted ? await ThroughScriptAsync(table, fresh, cancellationToken) : fresh;
    }

    /// <summary>Leaves out rows of which the target already has the same or a newer version.</summary>
    private async Task<TableChanges> WithoutStaleAsync(GroupTable table, TableChanges changes, CancellationToken cancellationToken)
    {
        if (!table.NeedsVersions) return changes;
        List<RowChange> all = [.. changes.Upserts, .. changes.Deletes];
        Func<KeyIdentity, VersionRank?> known = await KnownAsync(table, all.Select(c => c.Identity), cancellationToken);
        var fresh = changes.Empty();
        for (int i = 0; i < all.Count; i++)
        {
            RowChange change = all[i];
            if (IsStale(change.Mutation, known(change.Identity))) note(change.Mutation.Entry, Outcome.Superseded);
            else (i < changes.Upserts.Count ? fresh.Upserts : fresh.Deletes).Add(change);
        }

        return fresh;
    }

    /// <summary>
    /// What the table's handlers make of the rows. Rows that they move to another key are compared once more with what is known of that
    /// place.
    /// </summary>
    private async Task<TableChanges> ThroughScriptAsync(GroupTable table, TableChanges changes, CancellationToken cancellationToken)
    {
        var script = new TableScript(context.Script, table);
        TableChanges made = await script.RunAsync(changes, cancellationToken);
        failed.AddRange(script.Failed);
        foreach (RowChange row in script.Dropped) note(row.Mutation.Entry, Outcome.Filtered);
        foreach (RowChange row in script.Superseded) note(row.Received.Entry, Outcome.Superseded);
        List<RowChange> moved = [.. made.Upserts.Concat(made.Deletes).Where(c => c.Scripted?.Place is not null)];
        if (moved.Count == 0 || !table.NeedsVersions) return made;
        Func<KeyIdentity, VersionRank?> known = await KnownAsync(table, moved.Select(c => c.Scripted!.Place!.Value), cancellationToken);
        HashSet<MessageEntry> stale = [
            .. moved.Where(c => IsStale(c.Mutation, known(c.Scripted!.Place!.Value))).Select(c => c.Mutation.Entry)];
        foreach (RowChange row in moved.Where(c => stale.Contains(c.Mutation.Entry))) note(row.Received.Entry, Outcome.Superseded);
        made.Upserts.RemoveAll(c => stale.Contains(c.Mutation.Entry));
        made.Deletes.RemoveAll(c => stale.Contains(c.Mutation.Entry));
        return made;
    }

    private static bool IsStale(Mutation row, VersionRank? known) => known is { } stored && !VersionRank.Of(row).Beats(stored);

    /// <summary>The versions that the target has of rows; null: none is stored.</summary>
    private async Task<Func<KeyIdentity, VersionRank?>> KnownAsync(
        GroupTable table, IEnumerable<KeyIdentity> rows, CancellationToken cancellationToken)
    {
        IReadOnlyList<RowVersion> stored = await context.Checkpoints.ReadVersionsAsync(
            transaction, context.Spec.Name, table.Name, [.. rows.Select(r => r.Digest())], cancellationToken);
        Dictionary<string, VersionRank> versions = stored.ToDictionary(
            v => Convert.ToHexString(v.Key), v => new VersionRank(v.Updated, v.Deleted), StringComparer.Ordinal);
        return row => versions.Count > 0 && versions.TryGetValue(Convert.ToHexString(row.Digest()), out VersionRank version)
            ? version
            : null;
    }
}
