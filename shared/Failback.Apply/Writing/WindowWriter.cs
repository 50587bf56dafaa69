using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Settings;
using Failback.Apply.Windows;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Microsoft.Extensions.Logging;

namespace Failback.Apply.Writing;

/// <summary>
/// Writes the changes of a window or batch in an order that the target's constraints accept, inside the caller's transaction. Attempts,
/// each undone before the next: plain (values that change hands are freed first, upserts parents first, deletes children first); careful
/// (deferrable constraints deferred, every unique value freed first, loops written with NULL and then set); relaxed (foreign-key checks off
/// for the transaction, then verified); isolated (careful, bisecting down to the rows refused).
/// </summary>
/// <param name="statements">The dialect.</param>
/// <param name="classify">What its errors mean.</param>
/// <param name="counters">Counts attempts.</param>
/// <param name="logger">Log of the applier.</param>
/// <param name="triggers">Whether triggers fire; where they do not, every attempt verifies the foreign keys of its rows itself.</param>
public sealed class WindowWriter(
    ITableStatements statements, Func<Exception, Failure> classify, WriteCounters counters, ILogger logger,
    TriggerPolicy triggers = TriggerPolicy.Fire)
{
    private readonly StatementPace _pace = new();

    /// <summary>Writes all changes; answers those that the target refuses whatever the order.</summary>
    /// <param name="transaction">Open transaction; on an exception the caller rolls it back.</param>
    /// <param name="order">Order of the group's tables.</param>
    /// <param name="changes">By place in the group; tables without changes are null.</param>
    /// <param name="effort">How far to go before isolating rows.</param>
    /// <param name="cancellationToken">Stops between statements.</param>
    public async Task<IReadOnlyList<RowFailure>> WriteAsync(
        DbTransaction transaction, ApplyOrder order, TableChanges?[] changes, WriteEffort effort,
        CancellationToken cancellationToken)
    {
        foreach (TableChanges? table in changes)
        {
            if (table is { Table.HasSelfReference: true, Upserts.Count: > 1 }) SelfReferenceOrder.Sort(table);
        }

        Failure? failure = null;
        IReadOnlyList<WriteAttempt> ladder = (triggers, effort) switch
        {
            (TriggerPolicy.Replica, _) => WriteAttempt.SilentLadder,
            (_, WriteEffort.Full) => WriteAttempt.Ladder,
            _ => WriteAttempt.ShortLadder,
        };
        for (int rung = 0; rung < ladder.Count; rung++)
        {
            WriteAttempt attempt = ladder[rung];
            if (failure is { IsAboutOrder: false } && !attempt.Isolate) continue;
            int slow = _pace.Count;
            try
            {
                if (await TryAsync(transaction, order, changes, attempt, cancellationToken) is not { } refused) continue;
                counters.Count(attempt);
                _pace.Settle(changes.OfType<TableChanges>());
                if (attempt is { Relax: true, IsSilent: false }) ApplyLog.ConstraintsRelaxed(logger, failure?.Code ?? "");
                return refused;
            }
            catch (Exception e)
            when (e is not (OperationCanceledException or GroupHaltedException) && !attempt.Isolate
                && (classify(e).IsAboutRows || classify(e).IsSlow || IsNotAllowed(attempt, classify(e))))
            {
                ApplyLog.AttemptRefused(logger, attempt.Name, classify(e).Code);
                if (!IsNotAllowed(attempt, classify(e))) failure = classify(e);

                // Of a table that was not known to be slow the statements are parted now; checks at the end are not, and isolating has
                // none.
                if (_pace.Count > slow && failure is { IsSlow: true }) (failure, rung) = (null, rung - 1);
                await transaction.RollbackAsync(WritePass.Savepoint, cancellationToken);
                if (attempt.Relax) await statements.ForeignKeys!.RestoreAsync(transaction, cancellationToken);
            }
        }

        throw new InvalidOperationException("the last attempt isolates rows and cannot be refused");
    }

    /// <summary>A foreign key of a table that may not be read cannot be verified, and so is not switched off.</summary>
    private static bool IsNotAllowed(WriteAttempt attempt, Failure failure) =>
        attempt is { Relax: true, IsSilent: false } && failure.Kind == FailureKind.Permission;

    private static GroupHaltedException NotSwitched() => new(
        new Failure(
            FailureKind.Permission, PreflightCodes.TriggersNotSwitched,
            "the definition says triggers: replica, and the user of target cannot keep triggers from firing; preflight names the GRANT "
                + "that helps, where there is one"));

    /// <summary>
    /// One attempt, repeated while rows that gave up a unique value are refused, or rows that went in are not there as given; null: it is
    /// not possible here.
    /// </summary>
    private async Task<IReadOnlyList<RowFailure>?> TryAsync(
        DbTransaction transaction, ApplyOrder order, TableChanges?[] changes, WriteAttempt attempt,
        CancellationToken cancellationToken)
    {
        var kept = new KeptRows();
        while (true)
        {
            await transaction.SaveAsync(WritePass.Savepoint, cancellationToken);
            var pass = new WritePass(statements, classify, counters, transaction, order, changes, attempt, kept, _pace);
            if (!await pass.RunAsync(cancellationToken)) return attempt.IsSilent && !pass.IsRelaxed ? throw NotSwitched() : null;
            bool repeat = kept.Learn(pass.Refused);
            kept.Refuse(pass.NotKept);
            if (!repeat && pass.NotKept.Count == 0)
            {
                await transaction.ReleaseAsync(WritePass.Savepoint, cancellationToken);
                return pass.Refused;
            }

            await transaction.RollbackAsync(WritePass.Savepoint, cancellationToken);
        }
    }
}
