using System.Data.Common;
using Failback.Apply.Failures;
using Failback.Apply.Groups;
using Failback.Apply.Rows;
using Failback.Apply.Staging;
using Failback.Apply.Windows;
using Failback.Apply.Writing;
using Failback.Contracts;

namespace Failback.Apply.Letters;

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

    /// <summary>Tries the letters of both kinds once; returns how many rows found their place.</summary>
    public async Task<int> RetryAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        HlcTimestamp passed = (await context.Checkpoints.ReadAsync(connection, Failback, cancellationToken)).Min(c => c.Resolved);
        var own = new RoundTerms(group.Tables, group.Order, l => l.Updated > passed, WriteEffort.Simple);
        if (await RunAsync(connection, own, passed, cancellationToken) is not { } placed)
            return await RetryAsync(connection, cancellationToken);
        if (!group.Leads) return placed;
        RoundTerms together = await TogetherAsync(connection, passed, cancellationToken);
        if (await RunAsync(connection, together, passed, cancellationToken) is not { } more)
            return await RetryAsync(connection, cancellationToken);
        return placed + more;
    }

    /// <summary>Letters that every table has passed, whichever group owns their table.</summary>
    private async Task<RoundTerms> TogetherAsync(DbConnection connection, HlcTimestamp passed, CancellationToken cancellationToken)
    {
        IReadOnlyList<GroupTable> all = await group.DescribeAllAsync(connection, cancellationToken);
        return new RoundTerms(
            all, ApplyOrder.Of([.. all.Select(t => t.Target)], group.Catalog), l => l.Updated <= passed, WriteEffort.Full);
    }

    /// <summary>How often the letters of a round are tried; asks only where there are any, because it reads all versions.</summary>
    private async Task<int> TriesAsync(
        DbConnection connection, RoundTerms terms, HlcTimestamp passed, CancellationToken cancellationToken)
    {
        if (terms.Effort != WriteEffort.Full) return int.MaxValue;
        IReadOnlyDictionary<string, HlcTimestamp> ahead = await context.Checkpoints.HighestVersionsAsync(
            connection, Failback, Names(terms), cancellationToken);
        return ahead.Values.All(v => v <= passed) ? TriesAlone : TriesAmongNewerRows;
    }

    /// <summary>
    /// Runs a round and returns how many rows found their place; null when the tables are known otherwise than before, so that the
    /// terms have to be made anew.
    /// </summary>
    private async Task<int?> RunAsync(
        DbConnection connection, RoundTerms terms, HlcTimestamp passed, CancellationToken cancellationToken)
    {
        LetterRound round = await ReadAsync(connection, terms, cancellationToken);
        if (round.IsEmpty) return 0;
        if (!_described && round.IsAskedFor)
        {
            _described = true;
            return await DescribeAgainAsync(connection, cancellationToken);
        }

        // Handlers of a userscript take their time, and the target ends a transaction in which nothing happens: none is open meanwhile.
        // What an operator did in that time shows in the letters, which are then left to the next round.
        await RouteAsync(round, terms, cancellationToken);
        int tries = await TriesAsync(connection, terms, passed, cancellationToken);
        await using DbTransaction transaction = await LockAsync(connection, terms, cancellationToken);
        if (!round.IsOf(await ReadAsync(transaction, terms, cancellationToken))) return 0;
        IReadOnlyList<RowFailure> refused = await context.Writer.WriteAsync(
            transaction, terms.Order, round.Changes, terms.Effort, cancellationToken);
        if (NamesOtherwise(round, terms)) return null;
        if (!await HoldsAsync(transaction, round, cancellationToken))
        {
            await transaction.RollbackAsync(cancellationToken);
            return await DescribeAgainAsync(connection, cancellationToken);
        }

        round.Write(refused, tries);
        await RecordAsync(transaction, round, terms, cancellationToken);
        return round.Of(Fate.Placed).Count;
    }

    /// <summary>Begins a round with the letters that wait.</summary>
    private async Task<LetterRound> ReadAsync(DbConnection connection, RoundTerms terms, CancellationToken cancellationToken)
    {
        await using DbTransaction transaction = await BeginAsync(connection, cancellationToken);
        var round = new LetterRound(terms.Tables, await ReadAsync(transaction, terms, cancellationToken));
        await transaction.RollbackAsync(cancellationToken);
        return round;
    }

    /// <summary>Begins a transaction that holds the checkpoints of the tables.</summary>
    /// <exception cref="FencedException">Another replica owns the group.</exception>
    private async Task<DbTransaction> LockAsync(DbConnection connection, RoundTerms terms, CancellationToken cancellationToken)
    {
        DbTransaction transaction = await BeginAsync(connection, cancellationToken);
        try
        {
            IReadOnlyList<TableCheckpoint> found = await context.Checkpoints.LockAsync(
                transaction, Failback, Names(terms), cancellationToken);
            if (group.Tables.Any(t => !found.Any(c => c.Table == t.Name && c.Epoch == t.Checkpoint.Epoch)))
                throw new FencedException("another replica owns the tables");
            return transaction;
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    private async Task<IReadOnlyList<Letter>> ReadAsync(
        DbTransaction transaction, RoundTerms terms, CancellationToken cancellationToken) =>
        [.. (await context.Letters.ReadWaitingAsync(transaction, Failback, Names(terms), BatchLimit, cancellationToken))
            .Where(terms.Takes)];

    /// <summary>Decides what needs no try, and makes rows of the other letters, as the userscript wants them.</summary>
    private async Task RouteAsync(LetterRound round, RoundTerms terms, CancellationToken cancellationToken)
    {
        await new UnroutedRows(context).RunAsync(round, cancellationToken);
        // A letter from before a column was dropped or renamed in the target would lose a value.
        round.Lose((table, letter) => ColumnCheck.Misfit(context, table, letter));
        round.KeepNewest();
        round.Gather();
        foreach (GroupTable table in terms.Tables.Where(t => t.IsScripted))
        {
            if (round.Changes[table.Index] is not { } changes) continue;
            var script = new TableScript(context.Script, table);
            round.Take(script, await script.RunAsync(changes, cancellationToken));
        }
    }

    /// <summary>Takes what the rows have shown about their keys; true when the map at hand names some of them otherwise.</summary>
    private static bool NamesOtherwise(LetterRound round, RoundTerms terms)
    {
        KeyCheck.Run(terms.Tables, round.Changes);
        TableChanges[] written = [.. round.Changes.OfType<TableChanges>()];
        foreach (TableChanges table in written) terms.Tables[table.Index].Learn(table.Lesson);
        return written.Any(c => c.Lesson.NamesOtherwise);
    }

    /// <summary>False when a table was altered since it was described.</summary>
    private async Task<bool> HoldsAsync(DbTransaction transaction, LetterRound round, CancellationToken cancellationToken)
    {
        try
        {
            IEnumerable<TableName> written = round.Changes.OfType<TableChanges>().Select(c => c.Table.Name);
            await group.Shapes.CheckAsync(transaction, written, cancellationToken);
            return true;
        }
        catch (TargetChangedException)
        {
            return false;
        }
    }

    private async Task RecordAsync(DbTransaction transaction, LetterRound round, RoundTerms terms, CancellationToken cancellationToken)
    {
        var record = new RoundRecord(context, transaction, round);
        Dictionary<string, Counters> added = await record.WriteAsync(terms, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        foreach (GroupTable table in group.Tables)
        {
            table.Checkpoint = table.Checkpoint with { Counters = table.Checkpoint.Counters + added[table.Name] };
            if (terms.Effort == WriteEffort.Full) continue;
            HlcTimestamp highest = round.Of(Fate.Placed).Where(l => l.Table == table.Name).Select(l => l.Updated).DefaultIfEmpty().Max();
            if (highest > table.HighestVersion) table.HighestVersion = highest;
        }
    }

    private async Task<int?> DescribeAgainAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await group.DescribeAgainAsync(connection, cancellationToken);
        return null;
    }

    private static ValueTask<DbTransaction> BeginAsync(DbConnection connection, CancellationToken cancellationToken) =>
        connection.BeginTransactionAsync(System.Data.IsolationLevel.ReadCommitted, cancellationToken);

    private static string[] Names(RoundTerms terms) => [.. terms.Tables.Select(t => t.Name)];
}
