using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Windows;

namespace Failback.Apply.Writing;

/// <summary>
/// Runs statements over batches: rows found unfit before sending are refused and the rest goes on; an isolating attempt takes a refused
/// batch apart until the rows are found. A statement sees one batch, so that a row is refused for what was said of it and for nothing else.
/// </summary>
internal sealed class RowGuard(DbTransaction transaction, ITableStatements statements, Func<Exception, Failure> classify, bool isolate)
{
    private readonly List<RowFailure> _refused = [];
    private readonly HashSet<RowOfTable> _dropped = [];
    private int _parts;

    /// <summary>Refused batches are taken apart.</summary>
    public bool Isolates => isolate;

    /// <summary>Rows refused so far, in the order of their refusal.</summary>
    public IReadOnlyList<RowFailure> Refused => _refused;

    /// <summary>Sets a row aside: no statement sees it from now on.</summary>
    public void Refuse(TableChanges table, RowChange change, Failure failure) => Refuse(new RowFailure(table.Index, change, failure));

    /// <summary>Sets a row aside.</summary>
    public void Refuse(RowFailure failure)
    {
        if (_dropped.Add(new RowOfTable(failure.Table, failure.Change.Identity))) _refused.Add(failure);
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

    private async Task RunAsync(
        TableChanges table, RowBatch batch, Func<RowBatch, Task> statement, Action<RowChange, Failure> refuse,
        CancellationToken cancellationToken)
    {
        batch = Rest(table, batch);
        while (batch.Count > 0)
        {
            try
            {
                if (isolate) await BisectAsync(table, batch, statement, refuse, cancellationToken);
                else await statement(batch);
                return;
            }
            catch (RowFaultsException e)
            {
                foreach (RowFault fault in e.Faults) refuse(fault.Change, fault.Failure);
                batch = Others(batch, e.Faults);
            }
        }
    }

    /// <exception cref="InvalidOperationException">The faults are of another batch: the statement would be repeated for ever.</exception>
    private static RowBatch Others(RowBatch batch, IReadOnlyList<RowFault> faults)
    {
        HashSet<KeyIdentity> unfit = [.. faults.Select(f => f.Change.Identity)];
        int[] rest = [.. Enumerable.Range(0, batch.Count).Where(i => !unfit.Contains(batch.Changes[i].Identity))];
        if (rest.Length == batch.Count) throw new InvalidOperationException("a statement told faults of rows that it was not given");
        return batch.Pick(rest);
    }

    /// <summary>Servers that read a value from text often do not say which.</summary>
    private async Task<Failure> NameColumnAsync(RowBatch row, Failure failure, CancellationToken cancellationToken) =>
        failure.Kind == FailureKind.Data && !failure.Message.Contains("column ", StringComparison.Ordinal)
            && await statements.FindRefusedColumnAsync(transaction, row, cancellationToken) is { } column
            ? failure with { Message = $"column {column}: {failure.Message}" }
            : failure;

    private async Task BisectAsync(
        TableChanges table, RowBatch batch, Func<RowBatch, Task> statement, Action<RowChange, Failure> refuse,
        CancellationToken cancellationToken)
    {
        string savepoint = $"failback_part_{++_parts}";
        await transaction.SaveAsync(savepoint, cancellationToken);
        try
        {
            await statement(batch);
            await transaction.ReleaseAsync(savepoint, cancellationToken);
            return;
        }
        catch (RowFaultsException)
        {
            await transaction.ReleaseAsync(savepoint, cancellationToken);
            throw;
        }
        catch (Exception e) when (e is not (OperationCanceledException or GroupHaltedException) && classify(e).IsAboutRows)
        {
            await transaction.RollbackAsync(savepoint, cancellationToken);
            await transaction.ReleaseAsync(savepoint, cancellationToken);
            if (batch.Count == 1)
            {
                refuse(batch.Changes[0], await NameColumnAsync(batch, classify(e), cancellationToken));
                return;
            }
        }

        int half = batch.Count / 2;
        await RunAsync(table, batch.Slice(0, half), statement, refuse, cancellationToken);
        await RunAsync(table, batch.Slice(half, batch.Count - half), statement, refuse, cancellationToken);
    }
}
