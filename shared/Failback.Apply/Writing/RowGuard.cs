using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Tables;
using Failback.Apply.Windows;

namespace Failback.Apply.Writing;

/// <summary>
/// Runs statements over batches: rows found unfit before sending are refused and the rest goes on; an isolating attempt takes a refused
/// batch apart until the rows are found, and one that is too slow is taken apart in any attempt. A statement sees one batch, so that a row
/// is refused for what was said of it and for nothing else.
/// </summary>
internal sealed class RowGuard(
    DbTransaction transaction, ITableStatements statements, Func<Exception, Failure> classify, bool isolate, StatementPace pace,
    Func<TargetTable, string> advice)
{
    private readonly List<RowFailure> _refused = [];
    private readonly HashSet<RowOfTable> _dropped = [];
    private int _parts;

    /// <summary>Statements over rows of the table go alone, in parts: refused or slow ones are taken apart.</summary>
    public bool TakesApart(TableChanges table) => isolate || pace.IsSlow(table.Table.Name);

    /// <summary>
    /// Notes a failure of a statement over several batches, if it was too slow: from now on each goes in parts of its own.
    /// </summary>
    public void NoteTogether(IEnumerable<RowBatch> batches, Exception failure)
    {
        if (!classify(failure).IsSlow) return;
        foreach (RowBatch batch in batches) pace.TooSlowTogether(batch);
    }

    /// <summary>Rows refused so far, in the order of their refusal.</summary>
    public IReadOnlyList<RowFailure> Refused => _refused;

    /// <summary>Sets a row aside: no statement sees it from now on.</summary>
    public void Refuse(TableChanges table, RowChange change, Failure failure) => Refuse(new RowFailure(table.Index, change, failure));

    /// <summary>Sets a row aside.</summary>
    public void Refuse(RowFailure failure)
    {
        if (_dropped.Add(new RowOfTable(failure.Table, failure.Change.Identity))) _refused.Add(failure);
    }

    /// <summary>True when the row is set aside.</summary>
    public bool IsRefused(RowOfTable row) => _dropped.Contains(row);

    /// <summary>Takes rows back that were set aside: they are tried again.</summary>
    public void Reopen(IReadOnlyCollection<RowFailure> rows)
    {
        if (rows.Count == 0) return;
        HashSet<RowOfTable> again = [.. rows.Select(r => new RowOfTable(r.Table, r.Change.Identity))];
        _dropped.ExceptWith(again);
        _refused.RemoveAll(f => again.Contains(new RowOfTable(f.Table, f.Change.Identity)));
    }

    /// <summary>The batch without rows that were refused.</summary>
    public RowBatch Rest(TableChanges table, RowBatch batch)
    {
        if (_dropped.Count == 0) return batch;
        int[] rest = [.. Enumerable.Range(0, batch.Count).Where(i => !IsDropped(batch.Changes[i]))];
        return rest.Length == batch.Count ? batch : batch.Pick(rest);

        bool IsDropped(RowChange change) => _dropped.Contains(new RowOfTable(table.Index, change.Identity));
    }

    /// <summary>Runs a statement that the rows need: those that it cannot take are refused.</summary>
    public Task RunAsync(TableChanges table, RowBatch batch, Func<RowBatch, Task> statement, CancellationToken cancellationToken) =>
        RunAsync(table, batch, statement, (change, failure) => Refuse(table, change, failure), cancellationToken);

    /// <summary>Runs a statement that merely helps others: in an isolating attempt rows that it cannot take stay as they are.</summary>
    /// <returns>Changes of the rows it took.</returns>
    public async Task<IReadOnlyList<RowChange>> TryAsync(
        TableChanges table, RowBatch batch, Func<RowBatch, Task> statement, CancellationToken cancellationToken)
    {
        var left = new HashSet<KeyIdentity>();
        await RunAsync(table, batch, statement, (change, _) => left.Add(change.Identity), cancellationToken);
        return [.. Rest(table, batch).Changes.Where(c => !left.Contains(c.Identity))];
    }

    /// <summary>Runs a statement; rows that it cannot take go to <paramref name="refuse"/>.</summary>
    public async Task RunAsync(
        TableChanges table, RowBatch batch, Func<RowBatch, Task> statement, Action<RowChange, Failure> refuse,
        CancellationToken cancellationToken)
    {
        batch = Rest(table, batch);
        while (batch.Count > 0)
        {
            try
            {
                if (TakesApart(table))
                {
                    await new PartedStatement(transaction, classify, pace, isolate, $"failback_part_{++_parts}", ExplainAsync)
                        .RunAsync(table, batch, statement, refuse, cancellationToken);
                }
                else await statement(batch);
                return;
            }
            catch (RowFaultsException e)
            {
                foreach (RowFault fault in e.Faults) refuse(fault.Change, fault.Failure);
                batch = Others(batch, e.Faults);
            }
            catch (Exception e) when (e is not OperationCanceledException && classify(e).IsSlow)
            {
                // The attempt is repeated, and now under savepoints that let the statement be parted.
                pace.TooSlow(batch, classify(e));
                throw;
            }
        }
    }

    /// <exception cref="InvalidOperationException">The faults are of another batch: the statement would be repeated for ever.</exception>
    internal static RowBatch Others(RowBatch batch, IReadOnlyList<RowFault> faults)
    {
        HashSet<KeyIdentity> unfit = [.. faults.Select(f => f.Change.Identity)];
        int[] rest = [.. Enumerable.Range(0, batch.Count).Where(i => !unfit.Contains(batch.Changes[i].Identity))];
        if (rest.Length == batch.Count) throw new InvalidOperationException("a statement told faults of rows that it was not given");
        return batch.Pick(rest);
    }

    /// <summary>
    /// What a letter says of a row that is refused alone. Servers that read a value from text often do not say which; and a statement that
    /// is too slow for one row is so again after any number of tries.
    /// </summary>
    private async Task<Failure> ExplainAsync(RowBatch row, Failure failure, CancellationToken cancellationToken)
    {
        if (failure.IsSlow)
        {
            string reason = $"{failure.Message} twice, for this row alone{advice(row.Table)}";
            return failure with { Kind = FailureKind.Constraint, Message = reason };
        }

        return failure.Kind == FailureKind.Data && !failure.Message.Contains("column ", StringComparison.Ordinal)
            && await statements.FindRefusedColumnAsync(transaction, row, cancellationToken) is { } column
            ? failure with { Message = $"column {column}: {failure.Message}" }
            : failure;
    }
}
