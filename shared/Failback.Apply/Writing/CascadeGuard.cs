using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Tables;
using Failback.Apply.Windows;
using Failback.Contracts;

namespace Failback.Apply.Writing;

/// <summary>
/// Refuses deletes that would take along, or change, rows which the window leaves alone: the source has kept them, or has not yet said what
/// became of them. Children that the window deletes itself are no hindrance, also where they go after their parents, as on a loop.
/// </summary>
internal sealed class CascadeGuard(
    ITableStatements statements, DbTransaction transaction, ApplyOrder order, TableChanges?[] changes, RowGuard guard, BatchBuilder batches,
    RoundTrip trip)
{
    private readonly Dictionary<RowOfTable, List<(TableChanges Parent, RowChange Change)>> _dependants = [];
    private readonly Stack<RowOfTable> _refused = [];

    /// <summary>Refuses such deletes of a step; those of the steps of its children are done.</summary>
    public async Task RunAsync(ApplyStep step, CancellationToken cancellationToken)
    {
        if (!Concerns(step)) return;
        _dependants.Clear();
        await trip.SendAsync(cancellationToken);
        foreach (int place in step.Tables)
        {
            if (changes[place] is not { Deletes.Count: > 0 } table) continue;
            foreach ((TargetTable child, ForeignKey key) in order.CascadesOf(table.Table.Name))
            {
                int inStep = step.Tables.Where(t => order.Tables[t].Name == child.Name).DefaultIfEmpty(-1).First();
                if (inStep < 0) await RefuseReferencedAsync(table, child, key, cancellationToken);
                else await WeighChildrenAsync(table, child, key, inStep, cancellationToken);
            }
        }

        await trip.SendAsync(cancellationToken);
        if (_dependants.Count > 0) RefuseDependants();
    }

    private bool Concerns(ApplyStep step) => step.Tables.Any(
        place => changes[place] is { Deletes.Count: > 0 } table && order.CascadesOf(table.Table.Name).Any());

    private async Task RefuseReferencedAsync(TableChanges table, TargetTable child, ForeignKey key, CancellationToken cancellationToken)
    {
        foreach (RowBatch keys in Keys(table))
        {
            await trip.AddAsync(
                "look", table, keys, k => statements.Parts?.FindReferenced(transaction, k, child, key),
                k => statements.FindReferencedAsync(transaction, k, child, key, cancellationToken), Referenced, cancellationToken);
        }

        void Referenced(RowBatch asked, IReadOnlyList<RowChange> found)
        {
            foreach (RowChange change in found) Refuse(table, change, child.Name);
        }
    }

    /// <summary>A child that the window deletes too makes its parent depend on it; any other refuses its parent.</summary>
    private async Task WeighChildrenAsync(
        TableChanges table, TargetTable child, ForeignKey key, int place, CancellationToken cancellationToken)
    {
        foreach (RowBatch keys in Keys(table))
        {
            var children = new List<ChildRow>();
            await guard.RunAsync(table, keys, FindAsync, cancellationToken);
            if (children.Count == 0) continue;
            Dictionary<KeyText, RowChange> leaving = await MatchAsync(
                place, [.. children.Select(c => c.Child).Distinct()], cancellationToken);
            foreach (ChildRow row in children)
            {
                if (!leaving.TryGetValue(row.Child, out RowChange own)) Refuse(table, row.Parent, child.Name);
                else Depend(new RowOfTable(place, own.Identity), table, row.Parent);
            }

            async Task FindAsync(RowBatch rows) =>
                children.AddRange(await statements.FindChildrenAsync(transaction, rows, child, key, cancellationToken));
        }
    }

    private async Task<Dictionary<KeyText, RowChange>> MatchAsync(
        int place, IReadOnlyList<KeyText> children, CancellationToken cancellationToken)
    {
        var matched = new Dictionary<KeyText, RowChange>();
        if (changes[place] is not { Deletes.Count: > 0 } table) return matched;
        foreach (RowBatch keys in Keys(table)) await guard.RunAsync(table, keys, AskAsync, cancellationToken);
        return matched;

        async Task AskAsync(RowBatch rows)
        {
            foreach (HeldRow row in await statements.MatchAsync(transaction, rows, children, cancellationToken))
                matched[row.Key] = row.Change;
        }
    }

    private void Depend(RowOfTable child, TableChanges table, RowChange parent)
    {
        if (!_dependants.TryGetValue(child, out List<(TableChanges, RowChange)>? parents)) _dependants[child] = parents = [];
        parents.Add((table, parent));
    }

    /// <summary>A child that stays after all keeps its parent, and that one its own.</summary>
    private void RefuseDependants()
    {
        foreach (RowFailure failure in guard.Refused) _refused.Push(new RowOfTable(failure.Table, failure.Change.Identity));
        while (_refused.TryPop(out RowOfTable child))
        {
            if (!_dependants.Remove(child, out List<(TableChanges Parent, RowChange Change)>? parents)) continue;
            foreach ((TableChanges table, RowChange change) in parents) Refuse(table, change, order.Tables[child.Table].Name);
        }
    }

    private void Refuse(TableChanges table, RowChange change, TableName child)
    {
        guard.Refuse(
            table, change, new Failure(
                FailureKind.ForeignKey, "", $"the row still has children in {child}, which its delete would take along or change"));
        _refused.Push(new RowOfTable(table.Index, change.Identity));
    }

    private IEnumerable<RowBatch> Keys(TableChanges table) =>
        batches.Keys(table, table.Deletes, (change, failure) => guard.Refuse(table, change, failure));
}
