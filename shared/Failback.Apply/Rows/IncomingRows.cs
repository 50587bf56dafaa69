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
/// <param name="tables">Tables of the group.</param>
/// <param name="failed">Takes the rows on which the script failed.</param>
/// <param name="note">Is told of rows that are not written, and why.</param>
internal sealed class IncomingRows(
    GroupContext context, IReadOnlyList<GroupTable> tables, List<RowFailure> failed, Action<MessageEntry, Outcome> note)
{
    /// <summary>
    /// Sends the rows of tables with handlers through them, before the transaction of the rows: handlers take their time, and the target
    /// ends a transaction in which nothing happens. Versions that are read here hold in that transaction too, because only the owner of a
    /// table stores them, and the fence shows that the owner is still the same.
    /// </summary>
    /// <param name="connection">The target, without an open transaction.</param>
    /// <param name="changes">By place in the group.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>By place in the group; tables without handlers as they are given.</returns>
    public async Task<TableChanges?[]> ThroughScriptAsync(
        DbConnection connection, IReadOnlyList<TableChanges?> changes, CancellationToken cancellationToken)
    {
        TableChanges?[] made = [.. changes];
        TableChanges[] scripted = [.. changes.OfType<TableChanges>().Where(c => tables[c.Index].IsScripted)];
        if (scripted.Length == 0) return made;
        await using (DbTransaction reading = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.ReadCommitted, cancellationToken))
        {
            foreach (TableChanges rows in scripted) made[rows.Index] = await FreshAsync(reading, rows, cancellationToken);
            await reading.RollbackAsync(cancellationToken);
        }

        foreach (TableChanges rows in scripted)
            made[rows.Index] = await ThroughScriptAsync(made[rows.Index]!, cancellationToken);
        return made;
    }

    /// <summary>Returns the rows that are written in the transaction.</summary>
    /// <param name="transaction">Holds the fence.</param>
    /// <param name="changes">Of a table with handlers, what they made.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<TableChanges> ChooseAsync(DbTransaction transaction, TableChanges changes, CancellationToken cancellationToken) =>
        tables[changes.Index].IsScripted
            ? AtTheirPlaceAsync(transaction, changes, cancellationToken)
            : FreshAsync(transaction, changes, cancellationToken);

    private async Task<TableChanges> FreshAsync(DbTransaction transaction, TableChanges changes, CancellationToken cancellationToken) =>
        ScriptRefusals.Split(await WithoutStaleAsync(transaction, changes, cancellationToken), failed);

    private async Task<TableChanges> ThroughScriptAsync(TableChanges fresh, CancellationToken cancellationToken)
    {
        var script = new TableScript(context.Script, tables[fresh.Index]);
        TableChanges made = await script.RunAsync(fresh, cancellationToken);
        failed.AddRange(script.Failed);
        foreach (RowChange row in script.Dropped) note(row.Mutation.Entry, Outcome.Filtered);
        foreach (RowChange row in script.Superseded) note(row.Received.Entry, Outcome.Superseded);
        return made;
    }

    /// <summary>Compares rows that handlers moved to another key once more, with what is known of that place.</summary>
    private async Task<TableChanges> AtTheirPlaceAsync(
        DbTransaction transaction, TableChanges made, CancellationToken cancellationToken)
    {
        GroupTable table = tables[made.Index];
        List<RowChange> moved = [.. made.Upserts.Concat(made.Deletes).Where(c => c.Scripted?.Place is not null)];
        if (moved.Count == 0 || !table.NeedsVersions) return made;
        Func<KeyIdentity, VersionRank?> known = await KnownAsync(
            transaction, table, moved.Select(c => c.Scripted!.Place!.Value), cancellationToken);
        HashSet<MessageEntry> stale = [
            .. moved.Where(c => IsStale(c.Mutation, known(c.Scripted!.Place!.Value))).Select(c => c.Mutation.Entry)];
        foreach (RowChange row in moved.Where(c => stale.Contains(c.Mutation.Entry))) note(row.Received.Entry, Outcome.Superseded);
        made.Upserts.RemoveAll(c => stale.Contains(c.Mutation.Entry));
        made.Deletes.RemoveAll(c => stale.Contains(c.Mutation.Entry));
        return made;
    }

    /// <summary>Leaves out rows of which the target already has the same or a newer version.</summary>
    private async Task<TableChanges> WithoutStaleAsync(
        DbTransaction transaction, TableChanges changes, CancellationToken cancellationToken)
    {
        GroupTable table = tables[changes.Index];
        if (!table.NeedsVersions) return changes;
        List<RowChange> all = [.. changes.Upserts, .. changes.Deletes];
        Func<KeyIdentity, VersionRank?> known = await KnownAsync(transaction, table, all.Select(c => c.Identity), cancellationToken);
        var fresh = changes.Empty();
        for (int i = 0; i < all.Count; i++)
        {
            RowChange change = all[i];
            if (IsStale(change.Mutation, known(change.Identity))) note(change.Mutation.Entry, Outcome.Superseded);
            else (i < changes.Upserts.Count ? fresh.Upserts : fresh.Deletes).Add(change);
        }

        return fresh;
    }

    private static bool IsStale(Mutation row, VersionRank? known) => known is { } stored && !VersionRank.Of(row).Beats(stored);

    /// <summary>The versions that the target has of rows; null: none is stored.</summary>
    private async Task<Func<KeyIdentity, VersionRank?>> KnownAsync(
        DbTransaction transaction, GroupTable table, IEnumerable<KeyIdentity> rows, CancellationToken cancellationToken)
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
