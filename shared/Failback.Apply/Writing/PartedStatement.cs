using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Windows;

namespace Failback.Apply.Writing;

/// <summary>
/// Runs a statement over parts of a batch, under a savepoint each: finds the rows that the target refuses, and keeps parts as small as its
/// time limit asks for. A refused part is halved until its row is found; afterwards parts are as long as rows have been apart that were
/// refused, so that rows which are all refused cost one try each, and a single one among thousands a dozen.
/// </summary>
internal sealed class PartedStatement(
    DbTransaction transaction, Func<Exception, Failure> classify, StatementPace pace, bool isolate, string savepoint,
    Func<RowBatch, Failure, CancellationToken, Task<Failure>> explain)
{
    /// <summary>End of a part that is known to hold a row which is refused.</summary>
    private int _refusedBefore;

    /// <summary>Place after the row that was refused last.</summary>
    private int _afterRefused;

    /// <summary>Runs the statement; rows that it cannot take are handed to <paramref name="refuse"/>.</summary>
    public async Task RunAsync(
        TableChanges table, RowBatch batch, Func<RowBatch, Task> statement, Action<RowChange, Failure> refuse,
        CancellationToken cancellationToken)
    {
        await transaction.SaveAsync(savepoint, cancellationToken);
        int start = 0;
        int size = batch.Count;
        while (start < batch.Count)
        {
            size = Math.Clamp(size, 1, Math.Min(batch.Count - start, pace.Limit(table.Table.Name)));
            RowBatch part = size == batch.Count ? batch : batch.Slice(start, size);
            if (pace.Refuses(part) is { } known)
            {
                refuse(part.Changes[0], await explain(part, known, cancellationToken));
                start++;
                continue;
            }

            try
            {
                await statement(part);
                pace.Well(table.Table.Name, size);
                start += size;
                size = _refusedBefore > start ? Math.Max(1, (_refusedBefore - start) / 2) : 2 * size;
                if (start == batch.Count) break;
                await transaction.ReleaseAsync(savepoint, cancellationToken);
                await transaction.SaveAsync(savepoint, cancellationToken);
            }
            catch (RowFaultsException e)
            {
                // Nothing was sent: the part goes again without them.
                foreach (RowFault fault in e.Faults) refuse(fault.Change, fault.Failure);
                int before = batch.Count;
                batch = RowGuard.Others(batch, e.Faults);
                if (_refusedBefore > start) _refusedBefore -= before - batch.Count;
            }
            catch (Exception e) when (Handles(e))
            {
                Failure failure = classify(e);

                // Noted before the savepoint is gone back to: a session may end with its statement, and the next one has to know.
                if (failure.IsSlow) pace.TooSlow(part, failure);
                await transaction.RollbackAsync(savepoint, cancellationToken);
                if (part.Count > 1) size = Halve(part, start, failure);
                else if (!failure.IsSlow)
                {
                    refuse(part.Changes[0], await explain(part, failure, cancellationToken));
                    size = After(start++);
                }
            }
        }

        await transaction.ReleaseAsync(savepoint, cancellationToken);
    }

    private bool Handles(Exception e) =>
        e is not (OperationCanceledException or GroupHaltedException)
        && (classify(e).IsSlow || (isolate && classify(e).IsAboutRows));

    private int Halve(RowBatch part, int start, Failure failure)
    {
        if (!failure.IsSlow) _refusedBefore = start + part.Count;
        return part.Count / 2;
    }

    /// <summary>Rows to try after the one at <paramref name="place"/> was refused.</summary>
    private int After(int place)
    {
        int apart = place + 1 - _afterRefused;
        _afterRefused = place + 1;
        return apart == 1 ? 1 : 2 * apart;
    }
}
