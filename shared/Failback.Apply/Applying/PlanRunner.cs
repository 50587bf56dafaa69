using Failback.Apply.Failures;
using Failback.Apply.Groups;
using Failback.Apply.Settings;
using Failback.Contracts.Words;

namespace Failback.Apply.Applying;

/// <summary>Carries plans out, whatever it takes: failures that pass are retried in place, a commit without answer is looked up.</summary>
internal sealed class PlanRunner(GroupContext context, OwnedGroup group, TargetSession session, Action<TableState, string?> report)
{
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(60);
    private static readonly Failure TargetChanged = new(FailureKind.Schema, "target_changed", "a table was altered");
    private static readonly Failure KeysLearned = new(FailureKind.Schema, "keys_learned", "the order of key columns was learned anew");

    /// <summary>The transaction that was committed.</summary>
    /// <exception cref="GroupHaltedException">Somebody outside has to act.</exception>
    /// <exception cref="TargetUnavailableException">The target has been failing for a minute: the queues are better given back.</exception>
    public async Task<GroupTransaction> RunAsync(ApplyPlan plan, CancellationToken cancellationToken)
    {
        long started = context.Time.GetTimestamp();
        bool described = false;
        for (int attempt = 1; ; attempt++)
        {
            var transaction = new GroupTransaction(context, group.Tables, group.Order, group.Shapes, plan);
            Failure? failure = await TryAsync(transaction, cancellationToken);
            if (failure is null) return transaction;
            if (failure != KeysLearned && failure != TargetChanged
                && await WasCommittedAsync(transaction, failure, attempt, started, cancellationToken)) return transaction;
            transaction.Undo();
            if (failure == KeysLearned)
            {
                transaction.TakeLessons();
                ApplyLog.KeyMapLearned(context.Logger, context.Spec.Name);
            }
            else if (failure == TargetChanged)
            {
                ApplyLog.TargetChanged(context.Logger, context.Spec.Name);
                await group.DescribeAgainAsync(session.Connection, cancellationToken);
            }
            else if (failure.Kind == FailureKind.Permission || (failure.Kind == FailureKind.Schema && described))
                throw new GroupHaltedException(failure with { Message = $"the target refuses ({failure.Code} {failure.Message})" });
            else if (failure.Kind == FailureKind.Schema)
            {
                await group.DescribeAgainAsync(session.Connection, cancellationToken);
                described = true;
            }
            else continue;

            plan.Regather();
        }
    }

    /// <summary>Null when it was committed; otherwise what went wrong, unless nobody here can mend it.</summary>
    private async Task<Failure?> TryAsync(GroupTransaction transaction, CancellationToken cancellationToken)
    {
        try
        {
            return await transaction.RunAsync(session.Connection, cancellationToken) ? null : KeysLearned;
        }
        catch (TargetChangedException)
        {
            return TargetChanged;
        }
        catch (Exception e) when (e is not (FencedException or GroupHaltedException) && !cancellationToken.IsCancellationRequested)
        {
            return context.Dialect.Classify(e);
        }
    }

    /// <summary>Waits until the target answers, then looks whether the transaction that failed was committed after all.</summary>
    private async Task<bool> WasCommittedAsync(
        GroupTransaction transaction, Failure failure, int attempt, long started, CancellationToken cancellationToken)
    {
        while (true)
        {
            await PauseAsync(failure, attempt++, started, cancellationToken);
            try
            {
                await session.ReopenAsync(cancellationToken);
                return await transaction.WasCommittedAsync(session.Connection, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                failure = context.Dialect.Classify(e);
            }
        }
    }

    private async Task PauseAsync(Failure failure, int attempt, long started, CancellationToken cancellationToken)
    {
        if (context.Time.GetElapsedTime(started) > GiveUpAfter) throw new TargetUnavailableException(failure);
        context.Metrics.Retried(context.Spec.Name, failure.Kind);
        TimeSpan delay = TargetRetries.Waits.Delay(attempt);
        ApplyLog.Retrying(context.Logger, context.Spec.Name, failure.Code, failure.Message, attempt, delay);
        report(TableState.Retrying, $"{failure.Code} {failure.Message}".Trim());
        // Other tables may have another fate in the target.
        await session.PauseAsync(() => Task.Delay(delay, context.Time, cancellationToken), cancellationToken);
    }
}
