using System.Data.Common;
using System.Text;
using Failback.Apply.Dialects;
using Failback.Apply.Staging;
using Failback.Contracts.Control;
using Failback.Contracts.Words;

namespace Failback.Apply.Letters;

/// <summary>
/// One transaction on letters, under the locks that the owner's transactions take first: nobody tries these letters meanwhile. A letter
/// keeps its version whatever image it is tried with, because it holds the watermark by it.
/// </summary>
internal sealed class LetterSettlement(ITargetDialect dialect, SettleDeadLetters request)
{
    private readonly Dictionary<long, LetterRefusal> _refused = [];
    private readonly ILetterStore _letters = dialect.Letters(request.Box.StagingSchema);
    private readonly ICheckpointStore _checkpoints = dialect.Checkpoints(request.Box.StagingSchema);

    public async Task<SettledDeadLetters> RunAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var query = new FindDeadLetters(request.Box, new DeadLetterFilter { Ids = request.Ids }, 0, int.MaxValue, WithRows: false);
        IReadOnlyList<DeadLetter> asked = await _letters.FindAsync(connection, null, query, cancellationToken);
        if (asked.Count == 0) return new SettledDeadLetters([], _refused, null);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.ReadCommitted, cancellationToken);
        await _checkpoints.LockAsync(
            transaction, request.Box.Failback, [.. asked.Select(l => l.Table).Distinct(StringComparer.Ordinal)], cancellationToken);
        asked = await _letters.FindAsync(connection, transaction, query, cancellationToken);
        List<DeadLetter> open = [.. asked.Where(IsOpen)];
        foreach (DeadLetter letter in asked.Except(open)) _refused[letter.Id] = RefusalOf(letter.State);
        open.RemoveAll(RefusesUnlocated);
        List<DeadLetter> overtaken = [], older = [];
        if (request.Action != LetterAction.Discard) (overtaken, older) = await SortAsync(transaction, open, cancellationToken);
        List<DeadLetter> done = [.. open.Except(overtaken).Except(older)];
        await ChangeAsync(transaction, done, cancellationToken);
        await _letters.ChangeAsync(transaction, [.. overtaken.Select(l => l.Id)], LetterState.Superseded, null, null, cancellationToken);
        await _checkpoints.CountAsync(transaction, request.Box.Failback, [.. Counts(done, overtaken)], cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new SettledDeadLetters(
            [.. done.Concat(older.Where(l => !_refused.ContainsKey(l.Id))).Select(l => l.Id).Order()], _refused, null);
    }

    /// <summary>
    /// A delete that named no row when it came was not settled by newer versions of the row that it means: as it came it is not tried, and
    /// the source can only say what became of the row while it is known which one it is.
    /// </summary>
    private bool RefusesUnlocated(DeadLetter letter)
    {
        if (!letter.IsDelete || letter.ErrorCode is not (LetterCodes.KeyUnknown or LetterCodes.KeyChanged)) return false;
        bool isChanged = letter.ErrorCode == LetterCodes.KeyChanged;
        if (request.Action == LetterAction.Discard || (request.Action == LetterAction.Reread && !isChanged)) return false;
        _refused[letter.Id] = isChanged ? LetterRefusal.KeyChanged : LetterRefusal.KeyOrderUnknown;
        return true;
    }

    private bool IsOpen(DeadLetter letter) =>
        letter.State == LetterState.Open || (letter.State == LetterState.Waiting && request.Action == LetterAction.Discard);

    private static LetterRefusal RefusalOf(LetterState state) => state switch
    {
        LetterState.Waiting => LetterRefusal.Waiting,
        LetterState.Superseded => LetterRefusal.Superseded,
        LetterState.Applied => LetterRefusal.Applied,
        LetterState.Discarded => LetterRefusal.Discarded,
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "an open letter is refused nothing"),
    };

    /// <summary>
    /// Letters of which a newer version is in the target, and, for a reread, those of which a newer letter waits: the row as it is now is
    /// that one's, and settles them too.
    /// </summary>
    private async Task<(List<DeadLetter> Overtaken, List<DeadLetter> Older)> SortAsync(
        DbTransaction transaction, List<DeadLetter> open, CancellationToken cancellationToken)
    {
        IReadOnlyList<KnownVersion> versions = open.Count == 0
            ? []
            : await _letters.VersionsAsync(transaction.Connection!, transaction, [.. open.Select(l => l.Id)], cancellationToken);
        List<DeadLetter> overtaken = [.. open.Where(l => LetterVersions.IsNewerApplied(versions, l.Id, LetterVersions.Of(l)))];
        foreach (DeadLetter letter in overtaken) _refused[letter.Id] = LetterRefusal.Superseded;
        if (request.Action != LetterAction.Reread) return (overtaken, []);
        List<DeadLetter> older = [];
        foreach (DeadLetter letter in open.Except(overtaken))
        {
            if (LetterVersions.NewerUnsettled(versions, letter.Id, LetterVersions.Of(letter)) is not { } newer) continue;
            older.Add(letter);
            if (!open.Exists(l => l.Id == newer)) _refused[letter.Id] = LetterRefusal.Older;
        }

        return (overtaken, older);
    }

    private async Task ChangeAsync(DbTransaction transaction, List<DeadLetter> done, CancellationToken cancellationToken)
    {
        if (request.Action == LetterAction.Discard)
        {
            await _letters.ChangeAsync(
                transaction, [.. done.Select(l => l.Id)], LetterState.Discarded, request.Reason, request.By, cancellationToken);
            return;
        }

        foreach (SourceImage image in request.Images.Where(i => request.Action == LetterAction.Reread && done.Exists(l => l.Id == i.Id)))
            await _letters.ReplaceAsync(
                transaction, image.Id, image.After is null ? default : Encoding.UTF8.GetBytes(image.After), cancellationToken);
        await _letters.ChangeAsync(transaction, [.. done.Select(l => l.Id)], LetterState.Waiting, null, null, cancellationToken);
    }

    /// <summary>A letter that waits is in flight; an open or discarded one counts as dead-lettered.</summary>
    private IEnumerable<(string Table, Counters Added)> Counts(List<DeadLetter> done, List<DeadLetter> overtaken) =>
        done.Concat(overtaken).GroupBy(l => l.Table, StringComparer.Ordinal).Select(table =>
        {
            int lost = table.Count(overtaken.Contains);
            int changed = table.Count() - lost;
            long dead = request.Action == LetterAction.Discard ? table.Count(l => l.State == LetterState.Waiting) : -changed;
            return (table.Key, new Counters(0, 0, lost, 0, dead - lost));
        });
}
