using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Tables;
using Failback.Apply.Windows;

namespace Failback.Apply.Writing;

/// <summary>One attempt of <see cref="WindowWriter"/>, from the savepoint that was set for it.</summary>
internal sealed class WritePass
{
    internal const string Savepoint = "failback_rows";
    private const int BatchRows = 5_000;
    private const long BatchBytes = 4 << 20;

    private readonly BatchBuilder _batches = new(BatchRows, BatchBytes);
    private readonly BatchBuilder _wholeTables = new(int.MaxValue, long.MaxValue);
    private readonly ITableStatements _statements;
    private readonly WriteCounters _counters;
    private readonly DbTransaction _transaction;
    private readonly ApplyOrder _order;
    private readonly TableChanges?[] _changes;
    private readonly WriteAttempt _attempt;
    private readonly KeptRows _kept;
    private readonly RowGuard _guard;
    private readonly ValueVacating _vacating;
    private readonly RoundTrip _trip;
    private readonly WriteWitness _witness;
    private readonly CascadeGuard _cascades;
    private readonly SecondTries _again;
    private readonly MovedRows _moved;
    private IReadOnlyCollection<RowFailure> _broken = [];

    public WritePass(
        ITableStatements statements, Func<Exception, Failure> classify, WriteCounters counters, DbTransaction transaction,
        ApplyOrder order, TableChanges?[] changes, WriteAttempt attempt, KeptRows kept, StatementPace pace)
    {
        _statements = statements;
        _counters = counters;
        _transaction = transaction;
        _order = order;
        _changes = changes;
        _attempt = attempt;
        _kept = kept;
        _guard = new RowGuard(transaction, statements, classify, attempt.Isolate, pace, Advice);
        _trip = new RoundTrip(statements, transaction, _guard, counters);
        _witness = new WriteWitness(statements, transaction, _batches, _trip);
        _cascades = new CascadeGuard(statements, transaction, order, changes, _guard, _batches, _trip);
        _vacating = new ValueVacating(statements, transaction, _guard, kept, _batches, _trip, MayDeleteAtOnce);
        _moved = new MovedRows(statements, transaction, order, _guard, kept, _batches);
        _again = new SecondTries(statements, transaction, order, changes, _guard, kept, _batches, _witness);
        foreach (RowFailure failure in kept.Refused) _guard.Refuse(failure);
    }

    public IReadOnlyList<RowFailure> Refused => _guard.Refused;

    /// <summary>Rows that the target took and did not keep as given: they are in the transaction, or what became of them is.</summary>
    public IReadOnlyCollection<RowFailure> NotKept => _broken.Count == 0 ? _witness.Found : [.. _witness.Found, .. _broken];

    /// <summary>Foreign keys were off while the attempt wrote.</summary>
    public bool IsRelaxed { get; private set; }

    /// <summary>False when the attempt is not possible here.</summary>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        IForeignKeySwitch? relaxed = _attempt.Relax ? _statements.ForeignKeys : null;
        bool possible = relaxed is not null && (!_attempt.IsSilent || relaxed.SwitchesTriggers);
        IsRelaxed = possible && await relaxed!.TryRelaxAsync(_transaction, cancellationToken);
        if (_attempt.Relax && !IsRelaxed)
        {
            await _transaction.RollbackAsync(Savepoint, cancellationToken);
            return false;
        }

        ForeignKeyWitness? references = relaxed is null
            ? null : new ForeignKeyWitness(_statements, relaxed, _transaction, _order, _guard, _batches);
        if (references is not null) await references.RememberAsync(_changes.OfType<TableChanges>(), cancellationToken);
        if (_order.HasDeferrable && _attempt.Isolate) await _statements.CheckConstraintsAsync(_transaction, cancellationToken);
        else if (_order.HasDeferrable) await _statements.DeferConstraintsAsync(_transaction, cancellationToken);
        foreach (TableChanges table in _changes.OfType<TableChanges>()) await _moved.RunAsync(table, cancellationToken);
        _counters.CountVacated(await _vacating.RunAsync(_changes.OfType<TableChanges>().Where(NeedsVacating), cancellationToken));
        foreach (ApplyStep step in _order.Steps) await UpsertAsync(step, cancellationToken);
        if (_attempt.Isolate) await _again.UpsertAsync(cancellationToken);
        await DeleteAsync(cancellationToken);
        if (_attempt.Isolate) await TryAgainAsync(cancellationToken);
        await _trip.SendAsync(cancellationToken);
        if (_order.HasDeferrable && !_attempt.Isolate) await _statements.CheckConstraintsAsync(_transaction, cancellationToken);
        if (references is not null)
        {
            await relaxed!.RestoreAsync(_transaction, cancellationToken);
            _broken = await references.FindAsync(_changes.OfType<TableChanges>(), cancellationToken);
            if (_broken.Count > 0 && !_attempt.Isolate)
            {
                await _transaction.RollbackAsync(Savepoint, cancellationToken);
                return false;
            }
        }

        await _witness.LookAsync(_changes.OfType<TableChanges>(), cancellationToken);
        return true;
    }

    /// <summary>What makes statements on a table fast, as far as the catalogue tells.</summary>
    private string Advice(TargetTable table)
    {
        string[] fixes = [.. _order.ReferencesTo(table.Name).Select(r => r.Key.IndexFix).OfType<string>()];
        return fixes.Length == 0 ? "" : $"; rows that reference it are searched without an index: {string.Join("; ", fixes)}";
    }

    private bool NeedsVacating(TableChanges table) =>
        table.Table.UniqueIndexes.Count > 0 && table.Upserts.Count > 0 && (_attempt.Careful || table.Deletes.Count > 0);

    /// <summary>
    /// Before the upserts a cascade would take along children that are still to be moved elsewhere; relaxed, no cascade runs.
    /// </summary>
    private bool MayDeleteAtOnce(TableChanges table) => _attempt.Relax || !_order.CascadesOf(table.Table.Name).Any();

    /// <summary>On a loop every row goes in first, without the references that close it, and then again with them.</summary>
    private async Task UpsertAsync(ApplyStep step, CancellationToken cancellationToken)
    {
        foreach (int place in step.Tables)
            await UpsertTableAsync(place, _attempt.Careful ? step.LoopColumns.GetValueOrDefault(place, []) : [], cancellationToken);
        if (!_attempt.Careful) return;
        foreach (int place in step.Tables.Where(step.LoopColumns.ContainsKey)) await UpsertTableAsync(place, [], cancellationToken);
    }

    private async Task UpsertTableAsync(int place, IReadOnlyList<int> without, CancellationToken cancellationToken)
    {
        if (_changes[place] is not { Upserts.Count: > 0 } table) return;
        await using var upcoming = new BatchesAhead(_batches, table, b => PrepareBatch(b, without));
        while (await upcoming.TakeAsync((change, failure) => _guard.Refuse(table, change, failure)) is { } batch)
        {
            RowBatch rows = without.Count == 0 ? batch : _kept.Others(place, batch.Project([.. batch.Columns.Except(without)]));
            await _witness.UpsertAsync(
                table, rows, without.Count == 0 ? null : written => _kept.Freed(place, written.Changes), cancellationToken);
        }
    }

    /// <summary>Only what the plain attempt sends: the others are rare, and take batches apart.</summary>
    private void PrepareBatch(RowBatch batch, IReadOnlyList<int> without)
    {
        if (without.Count == 0 && !_attempt.Isolate) _statements.Prepare(_transaction.Connection!, batch);
    }

    private async Task DeleteAsync(CancellationToken cancellationToken)
    {
        for (int i = _order.Steps.Count - 1; i >= 0; i--) await DeleteAsync(_order.Steps[i], cancellationToken);
    }

    /// <summary>
    /// Deletes have freed values; what is then in a circle is replaced, and children that went in late let their parents go.
    /// </summary>
    private async Task TryAgainAsync(CancellationToken cancellationToken)
    {
        bool placed = await _again.UpsertAsync(cancellationToken);
        if (await _again.ReplaceAsync(_attempt.IsSilent, cancellationToken))
        {
            placed = true;
            await _again.UpsertAsync(cancellationToken);
        }

        if (!placed) return;
        _again.ReopenDeletes();
        await DeleteAsync(cancellationToken);
    }

    private async Task DeleteAsync(ApplyStep step, CancellationToken cancellationToken)
    {
        await _cascades.RunAsync(step, cancellationToken);
        if (_attempt.Careful)
        {
            foreach (int place in step.Tables)
            {
                if (step.LoopColumns.TryGetValue(place, out IReadOnlyList<int>? loop))
                    await DeleteTableAsync(place, loop, cancellationToken);
            }
        }

        for (int i = step.Tables.Count - 1; i >= 0; i--) await DeleteTableAsync(step.Tables[i], [], cancellationToken);
    }

    private async Task DeleteTableAsync(int place, IReadOnlyList<int> clear, CancellationToken cancellationToken)
    {
        if (_changes[place] is not { Deletes.Count: > 0 } table) return;
        BatchBuilder builder = table.Table.HasSelfReference ? _wholeTables : _batches;
        foreach (RowBatch keys in builder.Keys(table, table.Deletes, (change, failure) => _guard.Refuse(table, change, failure)))
        {
            if (clear.Count > 0)
            {
                await _trip.SendAsync(cancellationToken);
                IReadOnlyList<RowChange> cleared = await _guard.TryAsync(
                    table, _kept.Others(place, keys), b => _statements.ClearAsync(_transaction, b, clear, cancellationToken),
                    cancellationToken);
                _kept.Freed(place, cleared);
                continue;
            }

            await _witness.DeleteAsync(table, keys, cancellationToken);
        }
    }
}
