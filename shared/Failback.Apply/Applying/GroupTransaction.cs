using System.Data.Common;
using Failback.Apply.Failures;
using Failback.Apply.Groups;
using Failback.Apply.Rows;
using Failback.Apply.Staging;
using Failback.Apply.Windows;
using Failback.Apply.Writing;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Rows;
using Failback.Contracts.Words;

namespace Failback.Apply.Applying;

/// <summary>
/// Carries out a plan in one target transaction: fence, version guard, rows, letters, checkpoint, publisher positions. Nothing of the
/// group's state in memory changes before the commit; <see cref="Settle"/> does that afterwards.
/// </summary>
internal sealed class GroupTransaction(
    GroupContext context, IReadOnlyList<GroupTable> tables, ApplyOrder order, ShapeGuard shapes, ApplyPlan plan)
{
    private const int MostForgotten = 10_000; // by a transaction, of a table: a scan leaves millions behind
    private readonly List<(MessageEntry Entry, Outcome Outcome, int Rows)> _outcomes = [];
    private readonly List<Letter> _letters = [];
    private readonly Counters[] _added = new Counters[tables.Count];
    private readonly HlcTimestamp[] _versions = [.. tables.Select(t => t.HighestVersion)];
    private readonly bool[] _leftovers = new bool[tables.Count];
    private IReadOnlyList<MessageEntry>[] _settled = [];
    private KeyLesson?[] _lessons = new KeyLesson?[tables.Count];

    private string Failback => context.Spec.Name;

    /// <summary>Letters written, by place of their table.</summary>
    public IReadOnlyList<Letter> Letters => _letters;

    /// <summary>Rows that went in.</summary>
    public (long Upserts, long Deletes) Written { get; private set; }

    /// <summary>Runs the transaction to its commit; false: it was undone, as its rows showed that keys name other rows.</summary>
    /// <exception cref="FencedException">Another replica owns the group.</exception>
    /// <exception cref="TargetChangedException">A table is not what the catalogue said.</exception>
    /// <exception cref="GroupHaltedException">A row was refused and the failback says stop, or a column of the feed has no place in the
    /// target.</exception>
    public async Task<bool> RunAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        var failed = new List<RowFailure>();
        var incoming = new IncomingRows(context, tables, failed, Note);
        TableChanges?[] changes = await incoming.ThroughScriptAsync(connection, plan.Changes, cancellationToken);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.ReadCommitted, cancellationToken);
        await GroupFence.CheckAsync(context, tables, transaction, cancellationToken);
        foreach (TableChanges rows in changes.OfType<TableChanges>().ToList())
            changes[rows.Index] = await incoming.ChooseAsync(transaction, rows, cancellationToken);

        WriteEffort effort = plan.Guarded ? WriteEffort.Simple : WriteEffort.Full;
        IReadOnlyList<RowFailure> refused = [
            .. failed, .. await context.Writer.WriteAsync(transaction, order, changes, effort, cancellationToken)];
        await shapes.CheckAsync(transaction, changes.OfType<TableChanges>().Select(c => c.Table.Name), cancellationToken);
        ColumnCheck.Run(context, changes);
        KeyCheck.Run(tables, changes);
        _lessons = [.. changes.Select(c => c?.Lesson)];
        if (_lessons.Any(l => l is { NamesOtherwise: true })) return false;
        SetAside(refused);
        foreach (TableChanges table in changes.OfType<TableChanges>()) await RecordAsync(transaction, table, refused, cancellationToken);
        if (_letters.Count > 0) CountRepeats(await context.Letters.AddAsync(transaction, Failback, _letters, cancellationToken));
        await AdvanceAsync(transaction, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>The tables know from now on what their rows have shown about their keys.</summary>
    public void TakeLessons()
    {
        foreach (GroupTable table in tables)
        {
            if (_lessons[table.Index] is { } lesson) table.Learn(lesson);
        }
    }

    /// <summary>True when the transaction whose commit got no answer took place.</summary>
    public async Task<bool> WasCommittedAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using DbTransaction transaction = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.ReadCommitted, cancellationToken);
        IReadOnlyList<TableCheckpoint> found = await context.Checkpoints.LockAsync(
            transaction, Failback, [.. tables.Select(t => t.Name)], cancellationToken);
        await transaction.RollbackAsync(cancellationToken);
        return tables.All(
            t => found.Any(c => c.Table == t.Name && c.Epoch == t.Checkpoint.Epoch && c.Revision == t.Checkpoint.Revision + 1));
    }

    /// <summary>Takes the committed state into memory; answers what to acknowledge.</summary>
    public IReadOnlyList<Acknowledgement> Settle()
    {
        TakeLessons();
        var acknowledge = new List<Acknowledgement>();
        foreach (GroupTable table in tables)
        {
            IReadOnlyList<MessageEntry> head = _settled[table.Index];
            table.Checkpoint = table.Checkpoint with
            {
                Resolved = plan.Resolved[table.Index],
                Revision = table.Checkpoint.Revision + 1,
                Consistent = IsConsistent(),
                Counters = table.Checkpoint.Counters + _added[table.Index],
                KeyOrder = _lessons[table.Index]?.Learned.Stored ?? table.Checkpoint.KeyOrder,
            };
            bool stored = _versions[table.Index] > table.Checkpoint.Resolved || _leftovers[table.Index];
            table.HighestVersion = stored ? _versions[table.Index] : default;
            foreach (MessageEntry entry in head.Where(e => e.Publisher.Length > 0))
                table.Settled[entry.Publisher] = new PublisherPosition(table.Name, entry.Publisher, entry.Sequence, entry.Total);
            RowTraces.Settle(context, table, head);
            acknowledge.AddRange(table.Release(head));
        }

        return acknowledge;
    }

    /// <summary>Takes back what the attempt noted in the messages, before it is tried again.</summary>
    public void Undo()
    {
        foreach ((MessageEntry entry, Outcome outcome, int rows) in _outcomes) entry.Count(outcome, -rows);
        _outcomes.Clear();
    }

    /// <summary>Rows may have been written before others that they depend on: what is refused now may fit later.</summary>
    private bool IsAhead => plan.Guarded || tables.Any(t => t.NeedsVersions || t.Letters.Waiting > 0);

    private void SetAside(IReadOnlyList<RowFailure> refused)
    {
        foreach (RowFailure row in refused)
        {
            bool waits = IsAhead && row.Failure.IsAboutOrder;
            GroupTable table = tables[row.Table];
            if (!waits && context.Spec.OnBadRow == BadRowPolicy.Stop)
            {
                throw new GroupHaltedException(
                    row.Failure with
                    {
                        Message =
                            $"a row of {table.Name} is refused ({row.Failure.Code} {row.Failure.Message}); mend the target or set "
                                + $"onBadRow to deadLetter"
                    },
                    table.Name);
            }

            RowFrame frame = row.Change.Received.Frame;
            _letters.Add(new Letter
            {
                Table = table.Name,
                KeyDigest = row.Change.Identity.Digest(),
                Updated = frame.Updated,
                Key = frame.Key,
                After = frame.After,
                Before = frame.Before,
                State = waits ? LetterState.Waiting : LetterState.Open,
                Failure = row.Failure,
            });
            Note(row.Change.Received.Entry, waits ? Outcome.Waiting : Outcome.DeadLettered);
            _added[row.Table] += new Counters(1, 0, 0, 0, waits ? 0 : 1);
        }
    }

    /// <summary>A version that is set aside twice is one letter: the earlier event counts as superseded.</summary>
    private void CountRepeats(IReadOnlyList<(string Table, LetterState State)> before)
    {
        foreach ((string name, LetterState state) in before)
        {
            GroupTable table = tables.First(t => t.Name == name);
            _added[table.Index] += new Counters(0, 0, 1, 0, state == LetterState.Open ? -1 : 0);
        }
    }

    /// <summary>Notes outcomes of the rows that went in, settles older letters of them, and stores versions that run ahead.</summary>
    private async Task RecordAsync(
        DbTransaction transaction, TableChanges changes, IReadOnlyList<RowFailure> refused, CancellationToken cancellationToken)
    {
        GroupTable table = tables[changes.Index];
        HashSet<KeyIdentity> refusedRows = [.. refused.Where(r => r.Table == changes.Index).Select(r => r.Change.Identity)];
        IEnumerable<RowChange> applied = changes.Upserts.Concat(changes.Deletes)
            .Where(c => refusedRows.Count == 0 || !refusedRows.Contains(c.Identity));
        foreach (RowChange change in applied) Note(change.Received.Entry, Outcome.Applied);
        int deletes = applied.Count(c => c.Mutation.Frame.IsDelete);
        Written = (Written.Upserts + applied.Count() - deletes, Written.Deletes + deletes);
        List<RowVersion> all = table.Letters.Waiting + table.Letters.Open > 0 ? [.. applied.Select(RowVersion.Of)] : [];
        if (all.Count > 0)
        {
            (long waiting, long open) = await context.Letters.SupersedeAsync(
                transaction, Failback, table.Name, all, cancellationToken);
            _added[changes.Index] += new Counters(0, 0, waiting + open, 0, -open);
        }

        if (changes.Lesson.Learned.Stored is var order && order != table.Checkpoint.KeyOrder)
            await context.Checkpoints.SaveKeyOrderAsync(transaction, Failback, table.Name, order, cancellationToken);
        HlcTimestamp resolved = plan.Resolved[changes.Index];
        if (!plan.Guarded) return;
        List<RowVersion> ahead = [.. applied.Where(c => c.Mutation.Updated > resolved).SelectMany(RowVersion.AllOf)];
        if (ahead.Count == 0) return;
        await context.Checkpoints.SaveVersionsAsync(transaction, Failback, table.Name, ahead, cancellationToken);
        HlcTimestamp highest = ahead.Max(v => v.Updated);
        if (highest > _versions[changes.Index]) _versions[changes.Index] = highest;
    }

    private async Task AdvanceAsync(DbTransaction transaction, CancellationToken cancellationToken)
    {
        foreach (MessageEntry entry in plan.Superseded) Note(entry, Outcome.Superseded);
        _settled = [.. tables.Select(t => t.SettledMessages(plan.Resolved[t.Index]))];
        var advances = new List<TableAdvance>(tables.Count);
        var positions = new List<PublisherPosition>();
        bool consistent = IsConsistent();
        foreach (GroupTable table in tables)
        {
            IReadOnlyList<MessageEntry> head = _settled[table.Index];
            _added[table.Index] += new Counters(
                head.Sum(e => e.Received - e.CountedAsLetters),
                head.Sum(e => (long)e.Of(Outcome.Applied)),
                head.Sum(e => (long)e.Of(Outcome.Superseded)),
                head.Sum(e => (long)e.Of(Outcome.Filtered)),
                0);
            advances.Add(new TableAdvance(table.Name, plan.Resolved[table.Index], consistent, _added[table.Index]));
            positions.AddRange(
                head.Where(e => e.Publisher.Length > 0).GroupBy(e => e.Publisher, StringComparer.Ordinal).Select(g => g.Last())
                .Select(e => new PublisherPosition(table.Name, e.Publisher, e.Sequence, e.Total)));
            if (table.HighestVersion == default || plan.Resolved[table.Index] <= table.Checkpoint.Resolved) continue;
            _leftovers[table.Index] = MostForgotten == await context.Checkpoints.PruneVersionsAsync(
                transaction, Failback, table.Name, plan.Resolved[table.Index], MostForgotten, cancellationToken);
        }

        await context.Checkpoints.AdvanceAsync(transaction, Failback, advances, cancellationToken);
        if (positions.Count > 0) await context.Checkpoints.SavePositionsAsync(transaction, Failback, positions, cancellationToken);
    }

    /// <summary>
    /// The whole failback equals the source AS OF one timestamp: all tables at it, nothing ahead of it, nothing set aside.
    /// </summary>
    private bool IsConsistent() =>
        tables.Count == context.Spec.Tables.Count
        && plan.Resolved.All(r => r == plan.Resolved[0])
        && _versions.All(v => v <= plan.Resolved[0])
        && _letters.Count == 0
        && tables.All(t => t.Letters.Waiting + t.Letters.Open == 0);

    private void Note(MessageEntry entry, Outcome outcome)
    {
        entry.Count(outcome);
        if (_outcomes.Count > 0 && _outcomes[^1] is { } last && last.Entry == entry && last.Outcome == outcome)
            _outcomes[^1] = (entry, outcome, last.Rows + 1);
        else _outcomes.Add((entry, outcome, 1));
    }
}
