using System.Data.Common;
using System.Diagnostics;
using Failback.Apply.Failures;
using Failback.Apply.Groups;
using Failback.Apply.Letters;
using Failback.Apply.Settings;
using Failback.Apply.Staging;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Messaging.Reading;

namespace Failback.Apply.Applying;

/// <summary>Works on what has been read: plans, applies, acknowledges, sees to what is due. Knows nothing of the broker.</summary>
internal sealed class GroupWorker(
    GroupContext context, OwnedGroup group, TargetSession session, Func<Acknowledgement, ValueTask> acknowledge,
        Action<ApplierProgress> report)
{
    private const string SecondSender =
        "resolved timestamps go back again and again, as when two changefeeds post to this webhook: rows of the one that is behind count "
            + "as old and are dropped. Cancel one of them (SHOW CHANGEFEED JOBS), then rewind the failback to before the other began";

    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(1);

    private readonly ActivitySwitch _activity = new(context, group);
    private readonly CatchUp _catchUp = new(context, group);
    private bool _starved;
    private int _lookedAtRows;
    private long _lookedAtBytes;
    private long _reportedAt;
    private long _retriedAt;
    private long _lettersAt;
    private long _catalogueAt = context.Time.GetTimestamp();

    /// <summary>
    /// Nothing more should be read before the next step. A step that found nothing to do holds the slices of a row larger than the
    /// memory allowed: then reading goes on, up to what the queues may have out.
    /// </summary>
    public bool IsFull => !_starved && (group.Inbox.Bytes >= group.Memory.Limit || IsEnough);

    public void Take(QueueDelivery delivery)
    {
        group.Inbox.Take(delivery);
        _starved = false;
    }

    /// <summary>Applies what can be applied now.</summary>
    public async Task StepAsync(CancellationToken cancellationToken)
    {
        while (group.Desk.TryTake(out GroupQuestion? question)) await AnswerAsync(question, cancellationToken);
        if (_activity.Choose()) Report(TableState.Running, null);
        if (Due(ref _catalogueAt, context.LookAtCatalogueEvery)) await group.RefreshAsync(session.Connection, cancellationToken);
        ApplyPlan? plan = NextPlan();
        if (plan is not null) await ApplyAsync(plan, cancellationToken);
        _starved = plan is null;
        (_lookedAtRows, _lookedAtBytes) = (group.Inbox.Rows, group.Inbox.Bytes);
        if (group.HasWaitingLetters && Due(ref _retriedAt, context.RetryWaitingEvery)) await RetryWaitingAsync(cancellationToken);
        if (group.MayHaveNewLetters && Due(ref _lettersAt, context.LookAtLettersEvery))
            await group.LookAtLettersAsync(session.Connection, cancellationToken);
        if (Due(ref _reportedAt, ReportEvery)) Report(TableState.Running, null);
    }

    public void Report(TableState state, string? error)
    {
        group.NoteApplied();
        bool second = error is null && group.Inbox.Senders.IsSuspected;
        report(GroupReport.Of(
            context, group.Tables, _activity.Current, state, second ? SecondSender : error, second ? ContinuityCodes.SecondSender : null));
    }

    /// <summary>A transaction's worth has come: large ones gain nothing more by growing.</summary>
    private bool IsEnough => _activity.IsConsistent
        ? group.Inbox.Bytes >= group.Memory.ReadAhead && group.ReceivedResolved > group.Resolved
        : group.Inbox.Bytes - _lookedAtBytes >= group.Memory.ReadAhead || group.Inbox.Rows - _lookedAtRows >= CatchUp.Rows;

    private ApplyPlan? NextPlan()
    {
        HlcTimestamp next = group.ReceivedResolved;
        if (_activity.Current == FailbackActivity.CatchUp && _catchUp.Next() is { } plan) return plan;
        if (_activity.IsConsistent && next > group.Resolved) return ApplyPlan.Window(group.Tables, _ => next);
        if (_activity.Current is FailbackActivity.BestEffort or FailbackActivity.Immediate
            && (group.Inbox.Rows > 0 || group.Tables.Any(t => t.ReceivedResolved > t.Checkpoint.Resolved)))
            return ApplyPlan.Everything(group.Tables);
        return HasSettled() ? ApplyPlan.Window(group.Tables, _ => default) : null;
    }

    /// <summary>
    /// Messages that have nothing left to do (repeats, late versions) are let go when nothing else is at hand, or before they
    /// fill what a queue may have out.
    /// </summary>
    private bool HasSettled() => group.Tables.Any(t =>
        (group.Inbox.Rows == 0 || t.Held.Count >= context.Prefetch / 2) && t.SettledMessages(t.Checkpoint.Resolved).Count > 0);

    private async Task ApplyAsync(ApplyPlan plan, CancellationToken cancellationToken)
    {
        long started = context.Time.GetTimestamp();
        using Activity? trace = RowTraces.Begin(context.Spec.Name, group.Tables);
        plan.Gather();
        trace?.SetTag("failback.rows", plan.RowCount);
        group.BusySince = context.Time.GetUtcNow();
        GroupTransaction transaction;
        try
        {
            transaction = await new PlanRunner(context, group, session, Report).RunAsync(plan, cancellationToken);
        }
        finally
        {
            group.BusySince = null;
        }

        bool lettersMoved = transaction.Letters.Count > 0 || group.Tables.Any(t => t.Letters.Waiting + t.Letters.Open > 0);
        context.Metrics.Committed(
            context.Spec.Name, context.Time.GetElapsedTime(started), transaction.Written.Upserts, transaction.Written.Deletes,
            transaction.Letters.Count);
        IReadOnlyList<Acknowledgement> settled = transaction.Settle();
        group.NoteContinuity();
        foreach (Acknowledgement message in settled) await acknowledge(message);
        foreach (GroupTable table in group.Tables)
        {
            if (table.NewUnknownColumns() is { Count: > 0 } columns)
                ApplyLog.UnknownColumns(
                    context.Logger, context.Spec.Name, table.Name, string.Join(", ", columns), table.Extras ?? "nowhere");
        }

        group.Inbox.Recount();
        foreach (IGrouping<(string Table, LetterState State), Letter> letters in transaction.Letters.GroupBy(l => (l.Table, l.State)))
            ApplyLog.LettersAdded(
                context.Logger, context.Spec.Name, letters.Count(), letters.Key.Table, letters.Key.State.ToString(),
                letters.First().Failure.LogText);
        if (lettersMoved) await group.LookAtLettersAsync(session.Connection, cancellationToken);
        ApplyLog.WindowApplied(
            context.Logger, context.Spec.Name, group.Resolved.ToString(), plan.RowCount,
            (long)context.Time.GetElapsedTime(started).TotalMilliseconds);
    }

    private async Task RetryWaitingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await new WaitingRows(context, group).RetryAsync(session.Connection, cancellationToken);
        }
        catch (Exception e) when (e is not (OperationCanceledException or FencedException or GroupHaltedException))
        {
            // Whether it was committed is found out by taking over again.
            throw new TargetUnavailableException(context.Dialect.Classify(e));
        }

        await group.LookAtLettersAsync(session.Connection, cancellationToken);
    }

    /// <summary>
    /// Under the fence, so that no two owners answer as such: the next one takes over before or after. Any failure but one of the
    /// question's own leaves the answer to the next owner, and ends this spell as in a transaction.
    /// </summary>
    private async Task AnswerAsync(GroupQuestion question, CancellationToken cancellationToken)
    {
        try
        {
            await using DbTransaction transaction = await session.Connection.BeginTransactionAsync(
                System.Data.IsolationLevel.ReadCommitted, cancellationToken);
            await GroupFence.CheckAsync(context, group.Tables, transaction, cancellationToken);
            object answer = await question.FindAsync(new GroupTurn(context, group, transaction), cancellationToken);
            await transaction.RollbackAsync(cancellationToken);
            question.Give(answer);
        }
        catch (Exception e) when (e is OperationCanceledException or FencedException)
        {
            question.PassOn();
            throw;
        }
        catch (Exception e)
        {
            Failure failure = context.Dialect.Classify(e);
            if (failure.Kind != FailureKind.Transient)
            {
                question.Fail(e);
                return;
            }

            question.PassOn();
            throw new TargetUnavailableException(failure);
        }
    }

    private bool Due(ref long last, TimeSpan every)
    {
        if (last != 0 && context.Time.GetElapsedTime(last) < every) return false;
        last = context.Time.GetTimestamp();
        return true;
    }
}
