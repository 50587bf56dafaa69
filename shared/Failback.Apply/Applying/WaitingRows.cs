using System.Buffers;
using System.Data.Common;
using Failback.Apply.Failures;
using Failback.Apply.Groups;
using Failback.Apply.Rows;
using Failback.Apply.Staging;
using Failback.Apply.Windows;
using Failback.Apply.Writing;
using Failback.Contracts;
using Failback.Contracts.Words;

namespace Failback.Apply.Applying;

/// <summary>
/// Tries rows again that wait in the staging schema for a parent or a unique value. While their table may still get what they wait for,
/// each group tries its own. Once every table has passed their version they are tried together, in every order, by the group that leads:
/// rows of two tables that wait for each other find no place otherwise. What is refused even then, with nothing in the target that is
/// newer than what all tables have passed, becomes a dead letter; so does what has been refused for about ten minutes.
/// </summary>
internal sealed class WaitingRows(GroupContext context, OwnedGroup group)
{
    private const int BatchLimit = 5_000;
    private const int TriesAlone = 5;
    private const int TriesAmongNewerRows = 1_200;

    private bool _described;

    private string Failback => context.Spec.Name;

    /// <summary>One round; answers how many rows found their place.</summary>
    public async Task<int> RetryAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        HlcTimestamp passed = (await context.Checkpoints.ReadAsync(connection, Failback, cancellationToken)).Min(c => c.Resolved);
        int? own = await RetryAsync(
            connection, new Round(group.Tables, group.Order, l => l.Updated > passed, WriteEffort.Simple), cancellationToken);
        if (own is not { } placed) return await RetryAsync(connection, cancellationToken);
        if (!group.Leads) return placed;
        IReadOnlyList<GroupTable> all = await group.DescribeAllAsync(connection, cancellationToken);
        IReadOnlyDictionary<string, HlcTimestamp> ahead = await context.Checkpoints.HighestVersionsAsync(
            connection, Failback, [.. all.Select(t => t.Name)], cancellationToken);
        bool alone = ahead.Values.All(v => v <= passed);
        var together = new Round(
            all, ApplyOrder.Of([.. all.Select(t => t.Target)]), l => l.Updated <= passed, WriteEffort.Full, !alone, alone
            ? TriesAlone
            : TriesAmongNewerRows);
        int? others = await RetryAsync(connection, together, cancellationToken);
        return others is { } more ? placed + more : await RetryAsync(connection, cancellationToken);
    }

    /// <summary>
    /// Answers how many rows found their place; null when the target was described again first, so that the round has to be made anew.
    /// </summary>
    private async Task<int?> RetryAsync(DbConnection connection, Round round, CancellationToken cancellationToken)
    {
        string[] names = [.. round.Tables.Select(t => t.Name)];
        await using DbTransaction transaction = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.ReadCommitted, cancellationToken);
        IReadOnlyList<TableCheckpoint> found = await context.Checkpoints.LockAsync(transaction, Failback, names, cancellationToken);
        if (group.Tables.Any(t => !found.Any(c => c.Table == t.Name && c.Epoch == t.Checkpoint.Epoch)))
            throw new FencedException("another replica owns the tables");
        IReadOnlyList<Letter> waiting = [
            .. (await context.Letters.ReadWaitingAsync(transaction, Failback, names, BatchLimit, cancellationToken)).Where(round.Takes)];
        if (waiting.Count == 0) return 0;
        if (!_described && waiting.Any(l => l.Attempts == 0))
        {
            // Somebody asks for it, most likely after mending the table.
            await transaction.RollbackAsync(cancellationToken);
            await group.DescribeAgainAsync(connection, cancellationToken);
            _described = true;
            return null;
        }

        var unrouted = new UnroutedRows(context);
        await unrouted.RunAsync(round.Tables, waiting.Where(l => l.Failure.Code == LetterCodes.Unrouted), cancellationToken);
        List<Letter> ready = [.. waiting.Where(l => l.Failure.Code != LetterCodes.Unrouted), .. unrouted.Routed];
        // No matter of waiting: what is not routed, lacks a column, or fails in a handler still.
        List<Letter> lost = [.. unrouted.Refused, .. Misfits(round, ready)];
        (List<Letter> letters, List<Letter> superseded) = NewestPerRow([.. ready.Where(l => !lost.Exists(m => m.Id == l.Id))]);
        var changes = new TableChanges?[round.Tables.Count];
        var origin = new Dictionary<MessageEntry, Letter>();
        foreach (Letter letter in letters) Add(round, changes, letter, origin);
        var scripted = new List<TableScript>();
        foreach (GroupTable table in round.Tables.Where(t => t.IsScripted && changes[t.Index] is not null))
        {
            scripted.Add(new TableScript(context.Script, table));
            changes[table.Index] = await scripted[^1].RunAsync(changes[table.Index]!, cancellationToken);
        }

        List<Letter> failed = [
            .. scripted.SelectMany(s => s.Failed).Select(f => UnroutedRows.Again(origin[f.Change.Received.Entry], f.Failure))];
        List<Letter> dropped = [.. unrouted.Dropped, .. scripted.SelectMany(s => s.Dropped).Select(c => origin[c.Received.Entry])];
        superseded.AddRange(scripted.SelectMany(s => s.Superseded).Select(c => origin[c.Received.Entry]));
        letters = [.. letters.Where(l => !failed.Exists(f => f.Id == l.Id)).Except(dropped).Except(superseded)];
        lost.AddRange(failed);
        IReadOnlyList<RowFailure> refused = await context.Writer.WriteAsync(
            transaction, round.Order, changes, round.Effort, round.Ahead, cancellationToken);
        KeyCheck.Run(round.Tables, changes);
        foreach (TableChanges table in changes.OfType<TableChanges>()) round.Tables[table.Index].Learn(table.Lesson);
        if (changes.Any(c => c is { Lesson.NamesOtherwise: true })) return null;
        if (!await HoldsAsync(transaction, changes, cancellationToken))
        {
            await transaction.RollbackAsync(cancellationToken);
            await group.DescribeAgainAsync(connection, cancellationToken);
            return null;
        }

        HashSet<long> refusedLetters = [.. refused.Select(r => origin[r.Change.Received.Entry].Id)];
        List<Letter> placed = [.. letters.Where(l => !refusedLetters.Contains(l.Id))];
        lost.AddRange(
            refused.Select(r => UnroutedRows.Again(origin[r.Change.Received.Entry], r.Failure)).Where(l => l.Attempts >= round.Tries));
        List<long> again = [.. refusedLetters.Except(lost.Select(l => l.Id))];
        await context.Letters.SettleAsync(
            transaction, [.. placed.Concat(dropped).Select(l => l.Id)], LetterState.Applied, cancellationToken);
        if (lost.Count > 0) await context.Letters.AddAsync(transaction, Failback, lost, cancellationToken);
        await context.Letters.SettleAsync(transaction, again, LetterState.Waiting, cancellationToken);
        await context.Letters.SettleAsync(transaction, [.. superseded.Select(l => l.Id)], LetterState.Superseded, cancellationToken);
        Dictionary<GroupTable, Counters> counts = round.Tables.ToDictionary(
            t => t, t => new Counters(0, Of(t, placed), Of(t, superseded), Of(t, dropped), Of(t, lost)));
        foreach (GroupTable table in round.Tables) counts[table] += await SupersedeAsync(transaction, table, placed, cancellationToken);
        if (round.Effort == WriteEffort.Simple) await SaveVersionsAsync(transaction, round, placed, cancellationToken);
        await context.Checkpoints.CountAsync(transaction, Failback, [.. counts.Select(c => (c.Key.Name, c.Value))], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Settle(round, placed, counts);
        return placed.Count;
    }

    /// <summary>
    /// Letters from before a column was dropped or renamed here: without it they would lose a value, so they are dead letters again.
    /// </summary>
    private List<Letter> Misfits(Round round, IEnumerable<Letter> waiting)
    {
        var misfits = new List<Letter>();
        foreach (Letter letter in waiting)
        {
            if (ColumnCheck.Misfit(context, round.TableOf(letter), letter) is { } failure)
                misfits.Add(UnroutedRows.Again(letter, failure));
        }

        return misfits;
    }

    /// <summary>False when a table was altered since it was described.</summary>
    private async Task<bool> HoldsAsync(DbTransaction transaction, TableChanges?[] changes, CancellationToken cancellationToken)
    {
        try
        {
            await group.Shapes.CheckAsync(transaction, changes.OfType<TableChanges>().Select(c => c.Table.Name), cancellationToken);
            return true;
        }
        catch (TargetChangedException)
        {
            return false;
        }
    }

    /// <summary>Older letters of the rows that found their place must not be tried after them.</summary>
    private async Task<Counters> SupersedeAsync(
        DbTransaction transaction, GroupTable table, List<Letter> placed, CancellationToken cancellationToken)
    {
        List<RowVersion> versions = [
            .. placed.Where(l => l.Table == table.Name).Select(l => new RowVersion(l.KeyDigest, l.Updated, l.After.IsEmpty))];
        if (versions.Count == 0) return default;
        (long waiting, long open) = await context.Letters.SupersedeAsync(
            transaction, Failback, table.Name, versions, cancellationToken);
        return new Counters(0, 0, waiting + open, 0, -open);
    }

    private static int Of(GroupTable table, List<Letter> letters) => letters.Count(l => l.Table == table.Name);

    /// <summary>Several versions of one row may wait: only the newest may be written.</summary>
    private static (List<Letter> Newest, List<Letter> Superseded) NewestPerRow(IReadOnlyList<Letter> waiting)
    {
        Dictionary<(string, string), long> newest = [];
        foreach (Letter letter in waiting.OrderBy(l => new VersionRank(l.Updated, l.After.IsEmpty)))
            newest[(letter.Table, Convert.ToHexString(letter.KeyDigest))] = letter.Id;
        HashSet<long> kept = [.. newest.Values];
        return ([.. waiting.Where(l => kept.Contains(l.Id))], [.. waiting.Where(l => !kept.Contains(l.Id))]);
    }

    private static void Add(Round round, TableChanges?[] changes, Letter letter, Dictionary<MessageEntry, Letter> origin)
    {
        GroupTable table = round.TableOf(letter);
        var body = new ArrayBufferWriter<byte>();
        letter.Frame.WriteTo(body);
        var entry = new MessageEntry(0, body.WrittenMemory, null);
        origin[entry] = letter;
        TableChanges of = changes[table.Index] ??= new TableChanges(table.Index, table.Target, table.Reader, table.Keys);
        var change = new RowChange(new Mutation(entry, 0, letter.Updated), table.Keys.Identify(letter.Frame));
        (letter.After.IsEmpty ? of.Deletes : of.Upserts).Add(change);
    }

    private async Task SaveVersionsAsync(DbTransaction transaction, Round round, List<Letter> placed, CancellationToken cancellationToken)
    {
        foreach (GroupTable table in round.Tables)
        {
            List<RowVersion> ahead = [
                .. placed.Where(l => l.Table == table.Name && l.Updated > table.Checkpoint.Resolved)
                    .Select(l => new RowVersion(l.KeyDigest, l.Updated, l.After.IsEmpty))];
            if (ahead.Count > 0) await context.Checkpoints.SaveVersionsAsync(transaction, Failback, table.Name, ahead, cancellationToken);
        }
    }

    private void Settle(Round round, List<Letter> placed, Dictionary<GroupTable, Counters> counts)
    {
        foreach (GroupTable table in group.Tables)
        {
            Counters added = counts.First(c => c.Key.Name == table.Name).Value;
            table.Checkpoint = table.Checkpoint with { Counters = table.Checkpoint.Counters + added };
            if (round.Effort == WriteEffort.Full) continue;
            HlcTimestamp highest = placed.Where(l => l.Table == table.Name).Select(l => l.Updated).DefaultIfEmpty().Max();
            if (highest > table.HighestVersion) table.HighestVersion = highest;
        }
    }

    /// <summary>Which letters are tried, with which tables at hand, and how hard.</summary>
    private sealed record Round(
        IReadOnlyList<GroupTable> Tables, ApplyOrder Order, Func<Letter, bool> Takes, WriteEffort Effort, bool Ahead = true,
            int Tries = int.MaxValue)
    {
        public GroupTable TableOf(Letter letter) => Tables.First(t => t.Name == letter.Table);
    }
}
