using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Tables;
using Failback.Apply.Windows;
using Failback.Contracts.Words;

namespace Failback.Apply.Writing;

/// <summary>
/// Compares what a pass told the target with what the target did. Statements that touched fewer rows than they were given are looked into
/// at the end, when every other statement and every trigger has run; so are all rows of tables that may make something else of them. An
/// upserted row has to be there once with its values, a deleted row must not be there.
/// </summary>
internal sealed class WriteWitness(ITableStatements statements, DbTransaction transaction, BatchBuilder batches, RoundTrip trip)
{
    /// <summary>More rows than these are looked into before more are written.</summary>
    private const int MostSuspected = 5_000;

    private readonly Dictionary<RowOfTable, RowFailure> _found = [];
    private readonly List<(TableChanges Table, RowBatch Rows, bool Deleted)> _suspected = [];

    /// <summary>Rows that the target took and did not keep as they were given.</summary>
    public IReadOnlyCollection<RowFailure> Found => _found.Values;

    /// <summary>Upserts.</summary>
    /// <param name="table">The table.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="written">Takes the rows that were written.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task UpsertAsync(TableChanges table, RowBatch rows, Action<RowBatch>? written, CancellationToken cancellationToken)
    {
        await trip.AddAsync(
            "upsert", table, rows, r => statements.Parts?.Upsert(transaction, r),
            r => statements.UpsertAsync(transaction, r, cancellationToken), Touched, cancellationToken);
        await LookIfManyAsync(cancellationToken);

        void Touched(RowBatch given, int touched)
        {
            written?.Invoke(given);
            if (touched < given.Count) _suspected.Add((table, given, Deleted: false));
        }
    }

    /// <summary>Upserts in a statement of its own, where the caller handles what the target refuses.</summary>
    public async Task UpsertAloneAsync(TableChanges table, RowBatch rows, CancellationToken cancellationToken)
    {
        int touched = await statements.UpsertAsync(transaction, rows, cancellationToken);
        if (touched < rows.Count) _suspected.Add((table, rows, Deleted: false));
    }

    /// <summary>Deletes.</summary>
    public async Task DeleteAsync(TableChanges table, RowBatch keys, CancellationToken cancellationToken)
    {
        await trip.AddAsync(
            "delete", table, keys, k => statements.Parts?.Delete(transaction, k),
            k => statements.DeleteAsync(transaction, k, cancellationToken), Touched, cancellationToken);
        await LookIfManyAsync(cancellationToken);

        void Touched(RowBatch given, int touched)
        {
            if (touched < given.Count) _suspected.Add((table, given, Deleted: true));
        }
    }

    /// <summary>Looks into what was suspected, after all statements of the pass; then also into all rows, where a table wants it.</summary>
    public async Task LookAsync(IEnumerable<TableChanges> changes, CancellationToken cancellationToken)
    {
        await trip.SendAsync(cancellationToken);
        TableChanges[] written = [.. changes.Where(t => t.Upserts.Count + t.Deletes.Count > 0)];
        if (written.Any(t => t.Table.IsReadBack)) await LookAtAllAsync(written, cancellationToken);
        else await LookIntoSuspectedAsync(cancellationToken);
    }

    private async Task LookAtAllAsync(IEnumerable<TableChanges> written, CancellationToken cancellationToken)
    {
        _suspected.Clear();
        foreach (TableChanges table in written)
        {
            // Rows that cannot be read were refused when they were written.
            foreach (RowBatch rows in batches.Upserts(table, static (_, _) => { }))
                await LookForAsync(table, rows, deleted: false, cancellationToken);
            foreach (RowBatch keys in batches.Keys(table, table.Deletes, static (_, _) => { }))
                await LookForAsync(table, keys, deleted: true, cancellationToken);
        }

        await trip.SendAsync(cancellationToken);
    }

    private async Task LookIfManyAsync(CancellationToken cancellationToken)
    {
        if (_suspected.Sum(s => s.Rows.Count) < MostSuspected) return;
        await trip.SendAsync(cancellationToken);
        await LookIntoSuspectedAsync(cancellationToken);
    }

    private async Task LookIntoSuspectedAsync(CancellationToken cancellationToken)
    {
        foreach ((TableChanges table, RowBatch rows, bool deleted) in _suspected)
            await LookForAsync(table, rows, deleted, cancellationToken);
        _suspected.Clear();
        await trip.SendAsync(cancellationToken);
    }

    private Task LookForAsync(TableChanges table, RowBatch rows, bool deleted, CancellationToken cancellationToken) => trip.AddAsync(
        "look", table, rows, r => statements.Parts?.Look(transaction, r), r => statements.LookAsync(transaction, r, cancellationToken),
        (looked, found) =>
        {
            if (deleted) JudgeDeleted(table, found);
            else Judge(table, looked, found);
        },
        cancellationToken);

    private void Judge(TableChanges table, RowBatch rows, IReadOnlyList<RowSight> found)
    {
        ILookup<KeyIdentity, RowSight> sights = found.ToLookup(s => s.Change.Identity);
        foreach (RowChange change in rows.Changes)
        {
            RowSight[] there = [.. sights[change.Identity]];
            string? reason = there switch
            {
                [] => "the row is not there after it was written: a trigger, a rule or a policy of the target keeps it out",
                [{ Differing: null }] => null,
                [{ Differing: { } column }] => Reason(table.Table.Columns[column]),
                _ => "the row is there more than once: a trigger or a rule of the target puts it elsewhere too",
            };
            if (reason is not null) Add(table, change, reason);
        }
    }

    private void JudgeDeleted(TableChanges table, IReadOnlyList<RowSight> found)
    {
        foreach (RowSight sight in found)
            Add(table, sight.Change, "the row is still there after it was deleted: a trigger, a rule or a policy of the target keeps it");
    }

    private static string Reason(TargetColumn column) => column.IsInsertOnly
        ? $"column {column.Name} is GENERATED ALWAYS AS IDENTITY: the target lets no update change it; make it GENERATED BY DEFAULT"
        : $"column {column.Name} holds another value than was written: a trigger or a rule of the target changed it";

    private void Add(TableChanges table, RowChange change, string reason)
    {
        var failure = new Failure(FailureKind.Constraint, LetterCodes.NotKept, reason);
        _found.TryAdd(new RowOfTable(table.Index, change.Identity), new RowFailure(table.Index, change, failure));
    }
}
