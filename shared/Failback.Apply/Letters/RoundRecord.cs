using System.Data.Common;
using Failback.Apply.Groups;
using Failback.Apply.Staging;
using Failback.Apply.Writing;
using Failback.Contracts.Words;

namespace Failback.Apply.Letters;

/// <summary>Stores how a round ended: states of its letters, counters of their tables, versions of rows that run ahead.</summary>
internal sealed class RoundRecord(GroupContext context, DbTransaction transaction, LetterRound round)
{
    private string Failback => context.Spec.Name;

    /// <summary>Stores everything in the round's transaction and returns what it adds to the counters, by table.</summary>
    public async Task<Dictionary<string, Counters>> WriteAsync(RoundTerms terms, CancellationToken cancellationToken)
    {
        await SettleAsync([.. round.Of(Fate.Placed), .. round.Of(Fate.Dropped)], LetterState.Applied, cancellationToken);
        if (round.Of(Fate.Lost) is { Count: > 0 } lost)
            await context.Letters.AddAsync(transaction, Failback, lost, cancellationToken);
        await SettleAsync(round.Of(Fate.Again), LetterState.Waiting, cancellationToken);
        await SettleAsync(round.Of(Fate.Superseded), LetterState.Superseded, cancellationToken);
        var added = new Dictionary<string, Counters>(StringComparer.Ordinal);
        foreach (GroupTable table in terms.Tables)
        {
            RowVersion[] placed = [
                .. round.Of(Fate.Placed).Where(l => l.Table == table.Name)
                    .Select(l => new RowVersion(l.KeyDigest, l.Updated, l.After.IsEmpty))];
            added[table.Name] = round.CountersOf(table) + await SupersedeAsync(table, placed, cancellationToken);
            if (terms.Effort == WriteEffort.Simple) await SaveVersionsAsync(table, placed, cancellationToken);
        }

        await context.Checkpoints.CountAsync(transaction, Failback, [.. added.Select(c => (c.Key, c.Value))], cancellationToken);
        return added;
    }

    private Task SettleAsync(IReadOnlyList<Letter> letters, LetterState state, CancellationToken cancellationToken) =>
        context.Letters.SettleAsync(transaction, [.. letters.Select(l => l.Id)], state, cancellationToken);

    /// <summary>Settles older letters of the rows that found their place: they must not be tried after them.</summary>
    private async Task<Counters> SupersedeAsync(GroupTable table, RowVersion[] placed, CancellationToken cancellationToken)
    {
        if (placed.Length == 0) return default;
        (long waiting, long open) = await context.Letters.SupersedeAsync(transaction, Failback, table.Name, placed, cancellationToken);
        return new Counters(0, 0, waiting + open, 0, -open);
    }

    private async Task SaveVersionsAsync(GroupTable table, RowVersion[] placed, CancellationToken cancellationToken)
    {
        RowVersion[] ahead = [.. placed.Where(v => v.Updated > table.Checkpoint.Resolved)];
        if (ahead.Length > 0) await context.Checkpoints.SaveVersionsAsync(transaction, Failback, table.Name, ahead, cancellationToken);
    }
}
