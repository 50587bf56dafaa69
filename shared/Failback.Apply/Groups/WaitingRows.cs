using System.Buffers;
using System.Data.Common;
using Failback.Apply.Failures;
using Failback.Apply.Staging;
using Failback.Apply.Windows;
using Failback.Apply.Writing;
using Failback.Contracts;
using Failback.Contracts.Rows;

namespace Failback.Apply.Groups;

/// <summary>
/// Tries rows again that wait in the staging schema for a parent or a unique value. Once every table has passed their version and
/// many tries have failed, nothing can come any more that would let them in: they become dead letters.
/// </summary>
internal sealed class WaitingRows(GroupContext context, IReadOnlyList<GroupTable> tables, ApplyOrder order)
{
    private const int BatchLimit = 5_000;
    private const int Tries = 20;

    /// <summary>One round in one transaction; answers how many rows found their place.</summary>
    public async Task<int> RetryAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        string failback = context.Spec.Name;
        HlcTimestamp passed = (await context.Staging.ReadAsync(connection, failback, cancellationToken)).Min(c => c.Resolved);
        string[] names = [.. tables.Select(t => t.Name)];
        await using DbTransaction transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, cancellationToken);
        IReadOnlyList<TableCheckpoint> found = await context.Staging.LockAsync(transaction, failback, names, cancellationToken);
        if (tables.Any(t => !found.Any(c => c.Table == t.Name && c.Epoch == t.Checkpoint.Epoch))) throw new FencedException("another replica owns the tables");
        IReadOnlyList<Letter> waiting = await context.Staging.ReadWaitingAsync(transaction, failback, names, BatchLimit, cancellationToken);
        (List<Letter> letters, List<Letter> superseded) = NewestPerRow(waiting);
        var changes = new TableChanges?[tables.Count];
        var origin = new Dictionary<MessageEntry, Letter>();
        foreach (Letter letter in letters) Add(changes, letter, origin);
        IReadOnlyList<RowFailure> refused = await context.Writer.WriteAsync(transaction, order, changes, WriteEffort.Simple, cancellationToken);
        HashSet<long> refusedLetters = [.. refused.Select(r => origin[r.Change.Mutation.Entry].Id)];
        List<Letter> placed = [.. letters.Where(l => !refusedLetters.Contains(l.Id))];
        List<Letter> lost = [.. letters.Where(l => refusedLetters.Contains(l.Id) && l.Attempts >= Tries && l.Updated <= passed)];
        List<long> again = [.. refusedLetters.Except(lost.Select(l => l.Id))];
        await context.Staging.SettleLettersAsync(transaction, [.. placed.Select(l => l.Id)], LetterState.Applied, cancellationToken);
        await context.Staging.SettleLettersAsync(transaction, [.. lost.Select(l => l.Id)], LetterState.Open, cancellationToken);
        await context.Staging.SettleLettersAsync(transaction, again, LetterState.Waiting, cancellationToken);
        await context.Staging.SettleLettersAsync(transaction, [.. superseded.Select(l => l.Id)], LetterState.Superseded, cancellationToken);
        await RecordAsync(transaction, placed, superseded, lost, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Settle(placed, superseded, lost);
        return placed.Count;
    }

    /// <summary>Several versions of one row may wait: only the newest may be written.</summary>
    private static (List<Letter> Newest, List<Letter> Superseded) NewestPerRow(IReadOnlyList<Letter> waiting)
    {
        Dictionary<(string, string), long> newest = [];
        foreach (Letter letter in waiting.OrderBy(l => l.Updated)) newest[(letter.Table, Convert.ToHexString(letter.KeyDigest))] = letter.Id;
        HashSet<long> kept = [.. newest.Values];
        return ([.. waiting.Where(l => kept.Contains(l.Id))], [.. waiting.Where(l => !kept.Contains(l.Id))]);
    }

    private void Add(TableChanges?[] changes, Letter letter, Dictionary<MessageEntry, Letter> origin)
    {
        GroupTable table = tables.First(t => t.Name == letter.Table);
        var body = new ArrayBufferWriter<byte>();
        new RowFrame(letter.Updated, letter.Key, letter.After, letter.Before).WriteTo(body);
        var entry = new MessageEntry(0, body.WrittenMemory, null);
        origin[entry] = letter;
        TableChanges of = changes[table.Index] ??= new TableChanges(table.Index, table.Target, table.Reader, table.Keys);
        var change = new RowChange(new Mutation(entry, 0, letter.Updated), table.Keys.Identify(letter.Key));
        (letter.After.IsEmpty ? of.Deletes : of.Upserts).Add(change);
    }

    private async Task RecordAsync(DbTransaction transaction, List<Letter> placed, List<Letter> superseded, List<Letter> lost, CancellationToken cancellationToken)
    {
        var advances = new List<TableAdvance>();
        foreach (GroupTable table in tables)
        {
            List<Letter> mine = [.. placed.Where(l => l.Table == table.Name)];
            List<RowVersion> ahead = [.. mine.Where(l => l.Updated > table.Checkpoint.Resolved).Select(l => new RowVersion(l.KeyDigest, l.Updated, l.After.IsEmpty))];
            if (ahead.Count > 0) await context.Staging.SaveVersionsAsync(transaction, context.Spec.Name, table.Name, ahead, cancellationToken);
            var added = new Counters(0, mine.Count, superseded.Count(l => l.Table == table.Name), 0, lost.Count(l => l.Table == table.Name));
            advances.Add(new TableAdvance(table.Name, table.Checkpoint.Resolved, false, added));
        }

        await context.Staging.AdvanceAsync(transaction, context.Spec.Name, advances, cancellationToken);
    }

    private void Settle(List<Letter> placed, List<Letter> superseded, List<Letter> lost)
    {
        foreach (GroupTable table in tables)
        {
            List<Letter> mine = [.. placed.Where(l => l.Table == table.Name)];
            table.Checkpoint = table.Checkpoint with
            {
                Revision = table.Checkpoint.Revision + 1,
                Consistent = false,
                Counters = table.Checkpoint.Counters + new Counters(0, mine.Count, superseded.Count(l => l.Table == table.Name), 0, lost.Count(l => l.Table == table.Name)),
            };
            if (mine.Count > 0 && mine.Max(l => l.Updated) is var highest && highest > table.HighestVersion) table.HighestVersion = highest;
        }
    }
}
