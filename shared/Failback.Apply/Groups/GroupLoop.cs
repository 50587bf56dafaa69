using System.Data.Common;
using Failback.Apply.Failures;
using Failback.Apply.Staging;
using Failback.Apply.Tables;
using Failback.Apply.Writing;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Messaging.Reading;

namespace Failback.Apply.Groups;

/// <summary>
/// Owns a group from attaching to its queues until it is fenced, halted, cancelled or loses broker or target for long: reads, plans,
/// applies, acknowledges. One instance per spell of ownership.
/// </summary>
internal sealed class GroupLoop(GroupContext context, IReadOnlyList<TableRoute> routes, ReaderConnection broker, Action<ApplierProgress> report)
{
    private const int GuardedRows = 20_000;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryWaitingEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LookAtLettersEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstDeliveryWait = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan GiveUpTargetAfter = TimeSpan.FromSeconds(60);

    private static readonly Failure KeysLearned = new(FailureKind.Schema, "keys_learned", "the order of key columns was learned anew");

    private GroupTable[] tables = [];
    private ApplyOrder order = ApplyOrder.Of([]);
    private GroupInbox inbox = null!;
    private GroupActivity activity;
    private HlcTimestamp caughtUpAfter;
    private DbConnection connection = null!;
    private Task<bool>? arrival;
    private long reportedAt;
    private long retriedAt;
    private long lettersAt;

    private string Failback => context.Spec.Name;

    /// <summary>Runs until the spell ends; the exception says why.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        connection = await OpenAsync(cancellationToken);
        TableQueueReader? reader = null;
        try
        {
            reader = await TableQueueReader.AttachAsync(await broker.GetAsync(cancellationToken), [.. routes.Select(r => r.Queue)], cancellationToken);
            await WaitForFirstAsync(reader, cancellationToken);
            await TakeOverAsync(cancellationToken);
            while (true) await StepAsync(reader, cancellationToken);
        }
        finally
        {
            if (reader is not null) await reader.DisposeAsync();
            foreach (GroupTable table in tables) table.ReleaseAll();
            await connection.DisposeAsync();
        }
    }

    /// <summary>Until the broker hands over the queues their last owner may still be at work; there is no hurry to fence it.</summary>
    private Task WaitForFirstAsync(TableQueueReader reader, CancellationToken cancellationToken) =>
        WaitAsync(reader, FirstDeliveryWait, cancellationToken);

    private async Task TakeOverAsync(CancellationToken cancellationToken)
    {
        await DescribeAsync(cancellationToken);
        string[] names = [.. tables.Select(t => t.Name)];
        IReadOnlyList<TableCheckpoint> checkpoints = await context.Staging.TakeOverAsync(connection, Failback, names, context.Replica, cancellationToken);
        IReadOnlyDictionary<string, HlcTimestamp> versions = await context.Staging.HighestVersionsAsync(connection, Failback, names, cancellationToken);
        foreach (GroupTable table in tables)
        {
            table.Checkpoint = checkpoints.Single(c => c.Table == table.Name);
            table.ReceivedResolved = table.Checkpoint.Resolved;
            table.HighestVersion = versions.GetValueOrDefault(table.Name);
        }

        foreach (PublisherPosition position in await context.Staging.ReadPositionsAsync(connection, Failback, names, cancellationToken))
            tables.Single(t => t.Name == position.Table).Settled[position.Publisher] = position;
        await LookAtLettersAsync(cancellationToken);
        inbox = new GroupInbox(Failback, tables, context.Time, context.Logger);
        activity = context.Spec.Mode switch
        {
            ApplyMode.Consistent => GroupActivity.Consistent,
            ApplyMode.BestEffort => GroupActivity.BestEffort,
            _ => GroupActivity.Immediate,
        };
        ApplyLog.TookOver(context.Logger, Failback, tables.Length, tables.Max(t => t.Checkpoint.Epoch), tables.Min(t => t.Checkpoint.Resolved).ToString());
        Report("running", null);
    }

    private async Task DescribeAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<TargetTable> catalog = await context.Dialect.ReadCatalogAsync(connection, context.Spec.StagingSchema, cancellationToken);
        var found = new List<GroupTable>(routes.Count);
        for (int i = 0; i < routes.Count; i++)
        {
            TargetTable table = catalog.FirstOrDefault(t => t.Name.ToString() == routes[i].Target)
                ?? throw Halt($"table {routes[i].Target} is not in the target: create it, or take it out of the failback", "missing_table", routes[i].Target);
            if (table.PrimaryKey.Count == 0) throw Halt($"table {routes[i].Target} has no primary key in the target: add one", "no_primary_key", routes[i].Target);
            found.Add(new GroupTable(i, routes[i], table));
        }

        if (tables.Length == 0) tables = [.. found];
        else for (int i = 0; i < found.Count; i++) tables[i].Describe(found[i].Target);
        order = ApplyOrder.Of([.. tables.Select(t => t.Target)]);
    }

    private static GroupHaltedException Halt(string message, string code, string table) => new(new Failure(FailureKind.Schema, code, message), table);

    /// <summary>Reads what there is, applies what can be applied, sees to what is due.</summary>
    private async Task StepAsync(TableQueueReader reader, CancellationToken cancellationToken)
    {
        await FillAsync(reader, cancellationToken);
        ChooseActivity();
        if (NextPlan() is { } plan)
        {
            long started = context.Time.GetTimestamp();
            plan.Gather();
            int rows = plan.RowCount;
            await ApplyAsync(reader, plan, cancellationToken);
            ApplyLog.WindowApplied(context.Logger, Failback, plan.Limit.ToString(), rows, (long)context.Time.GetElapsedTime(started).TotalMilliseconds);
        }

        if (tables.Any(t => t.Letters.Waiting > 0) && Due(ref retriedAt, RetryWaitingEvery)) await RetryWaitingAsync(cancellationToken);
        if (tables.Any(t => t.Letters.Open > 0) && Due(ref lettersAt, LookAtLettersEvery)) await LookAtLettersAsync(cancellationToken);
        if (Due(ref reportedAt, ReportEvery)) Report("running", null);
    }

    private async Task FillAsync(TableQueueReader reader, CancellationToken cancellationToken)
    {
        if (!reader.Deliveries.TryPeek(out _)) await WaitAsync(reader, Tick, cancellationToken);
        while (!IsFull() && reader.Deliveries.TryRead(out QueueDelivery? delivery)) inbox.Take(delivery);
    }

    /// <summary>Waits for a delivery, but not for longer than told; fails when the reader was lost.</summary>
    private async Task WaitAsync(TableQueueReader reader, TimeSpan longest, CancellationToken cancellationToken)
    {
        arrival ??= reader.Deliveries.WaitToReadAsync(CancellationToken.None).AsTask();
        await Task.WhenAny(arrival, Task.Delay(longest, context.Time, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        if (!arrival.IsCompleted) return;
        bool more = await arrival;
        arrival = null;
        if (!more) throw new IOException("the reader was closed");
    }

    private bool IsFull() => inbox.Bytes >= context.Options.MemoryBytes || (activity != GroupActivity.Consistent && inbox.Rows >= GuardedRows);

    /// <summary>A window that can never be complete: memory is used up, or a queue's prefetch, and its marker is not among what was read.</summary>
    private bool IsStuck() =>
        tables.Min(t => t.ReceivedResolved) <= tables.Min(t => t.Checkpoint.Resolved)
        && (inbox.Bytes >= context.Options.MemoryBytes || tables.Any(t => t.Held.Count >= TableQueueReader.Prefetch));

    private void ChooseActivity()
    {
        if (context.Spec.Mode != ApplyMode.Consistent) return;
        TimeSpan window = context.Spec.BestEffortWindow;
        TimeSpan age = tables.Select(t => t.Held.FirstOrDefault()).Where(e => e is { Publisher.Length: > 0 })
            .Select(e => context.Time.GetUtcNow() - e!.PublishedAt).DefaultIfEmpty(TimeSpan.Zero).Max();
        HlcTimestamp resolved = tables.Min(t => t.Checkpoint.Resolved);
        if (activity == GroupActivity.Consistent && window > TimeSpan.Zero && age > window) Change(GroupActivity.CatchUp, "the backlog is older than bestEffortWindow");
        else if (activity == GroupActivity.Consistent && IsStuck()) Change(GroupActivity.CatchUp, "the window is larger than what may be held");
        else if (activity == GroupActivity.CatchUp && resolved > caughtUpAfter && (window == TimeSpan.Zero || age < window / 4)) Change(GroupActivity.Consistent, "caught up");
    }

    private void Change(GroupActivity next, string reason)
    {
        ApplyLog.ActivityChanged(context.Logger, Failback, GroupReport.Name(activity), GroupReport.Name(next), reason);
        activity = next;
        caughtUpAfter = tables.Max(t => t.Checkpoint.Resolved);
        Report("running", null);
    }

    private ApplyPlan? NextPlan()
    {
        HlcTimestamp next = tables.Min(t => t.ReceivedResolved);
        if (activity == GroupActivity.Consistent)
        {
            if (next <= tables.Min(t => t.Checkpoint.Resolved)) return HasDuplicatesToAcknowledge() ? Plan(default, t => t.Checkpoint.Resolved, guarded: false) : null;
            return Plan(next, t => t.Checkpoint.Resolved > next ? t.Checkpoint.Resolved : next, guarded: false);
        }

        bool moved = tables.Any(t => t.ReceivedResolved > t.Checkpoint.Resolved);
        return inbox.Rows > 0 || moved || HasDuplicatesToAcknowledge() ? Plan(HlcTimestamp.Max, t => t.ReceivedResolved, guarded: true) : null;
    }

    /// <summary>Messages at the head that have nothing left to do (repeats, late versions) must not fill the prefetch window.</summary>
    private bool HasDuplicatesToAcknowledge() =>
        tables.Any(t => t.Held.Count >= TableQueueReader.Prefetch / 2 && t.SettledHead(t.Checkpoint.Resolved).Count > 0)
        || (inbox.Rows == 0 && tables.Any(t => t.SettledHead(t.Checkpoint.Resolved).Count > 0));

    private ApplyPlan Plan(HlcTimestamp limit, Func<GroupTable, HlcTimestamp> resolved, bool guarded) =>
        new(tables, limit, [.. tables.Select(resolved)], guarded);

    /// <summary>Carries the plan out, whatever it takes; passing failures are retried in place.</summary>
    private async Task ApplyAsync(TableQueueReader reader, ApplyPlan plan, CancellationToken cancellationToken)
    {
        long started = context.Time.GetTimestamp();
        bool described = false;
        for (int attempt = 1; ; attempt++)
        {
            var transaction = new GroupTransaction(context, tables, order, plan);
            Failure? failure = await TryAsync(transaction, cancellationToken);
            if (failure == KeysLearned)
            {
                transaction.Undo();
                ApplyLog.KeyMapLearned(context.Logger, Failback);
                plan.Regather();
                continue;
            }

            if (failure is null || await WasCommittedAsync(transaction, failure, attempt, started, cancellationToken))
            {
                await SettleAsync(reader, transaction, cancellationToken);
                return;
            }

            transaction.Undo();
            if (failure.Kind == FailureKind.Permission || (failure.Kind == FailureKind.Schema && described))
                throw new GroupHaltedException(failure with { Message = $"the target refuses ({failure.Code} {failure.Message})" });
            if (failure.Kind != FailureKind.Schema) continue;
            await DescribeAsync(cancellationToken);
            plan.Regather();
            described = true;
        }
    }

    /// <summary>Null when it was committed; otherwise what went wrong, unless nobody here can mend it.</summary>
    private async Task<Failure?> TryAsync(GroupTransaction transaction, CancellationToken cancellationToken)
    {
        try
        {
            await transaction.RunAsync(connection, cancellationToken);
            return null;
        }
        catch (KeyMapChangedException)
        {
            return KeysLearned;
        }
        catch (Exception e) when (e is not (FencedException or GroupHaltedException) && !cancellationToken.IsCancellationRequested)
        {
            return context.Dialect.Classify(e);
        }
    }

    /// <summary>Waits until the target answers, then looks whether the transaction that failed was committed after all.</summary>
    private async Task<bool> WasCommittedAsync(GroupTransaction transaction, Failure failure, int attempt, long started, CancellationToken cancellationToken)
    {
        while (true)
        {
            await PauseAsync(failure, attempt++, started, cancellationToken);
            try
            {
                await ReopenAsync(cancellationToken);
                return await transaction.WasCommittedAsync(connection, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                failure = context.Dialect.Classify(e);
            }
        }
    }

    private async Task SettleAsync(TableQueueReader reader, GroupTransaction transaction, CancellationToken cancellationToken)
    {
        bool lettersMoved = transaction.Letters.Count > 0 || tables.Any(t => t.Letters.Waiting + t.Letters.Open > 0);
        foreach ((int queue, ulong tag) in transaction.Settle()) await reader.AckAsync(queue, tag, cancellationToken);
        inbox.Recount();
        foreach (IGrouping<(string Table, LetterState State), Letter> letters in transaction.Letters.GroupBy(l => (l.Table, l.State)))
            ApplyLog.LettersAdded(context.Logger, Failback, letters.Count(), letters.Key.Table, letters.Key.State.ToString(), letters.First().Failure.Message);
        if (lettersMoved) await LookAtLettersAsync(cancellationToken);
    }

    /// <summary>Waits before the next try, longer each time; after a minute the queues are given back, so that nothing is held for hours.</summary>
    private async Task PauseAsync(Failure failure, int attempt, long started, CancellationToken cancellationToken)
    {
        if (context.Time.GetElapsedTime(started) > GiveUpTargetAfter) throw new TargetUnavailableException(failure);
        TimeSpan delay = Backoff.Delay(attempt);
        ApplyLog.Retrying(context.Logger, Failback, failure.Code, failure.Message, attempt, delay);
        Report("retrying", $"{failure.Code} {failure.Message}".Trim());
        await Task.Delay(delay, context.Time, cancellationToken);
    }

    private async Task RetryWaitingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await new WaitingRows(context, tables, order).RetryAsync(connection, cancellationToken);
        }
        catch (KeyMapChangedException)
        {
            return;
        }
        catch (Exception e) when (e is not (OperationCanceledException or FencedException))
        {
            // What was committed is found again by taking over once more.
            throw new TargetUnavailableException(context.Dialect.Classify(e));
        }

        await LookAtLettersAsync(cancellationToken);
    }

    private async Task LookAtLettersAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<OpenLetters> open = await context.Staging.ReadOpenAsync(connection, Failback, [.. tables.Select(t => t.Name)], cancellationToken);
        foreach (GroupTable table in tables) table.Letters = open.FirstOrDefault(o => o.Table == table.Name) ?? new OpenLetters(table.Name, default, 0, 0);
    }

    private async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        DbConnection opened = context.Dialect.CreateConnection(context.TargetUrl, context.Options.ApplyTimeout);
        try
        {
            await opened.OpenAsync(cancellationToken);
            return opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    private async Task ReopenAsync(CancellationToken cancellationToken)
    {
        if (connection.State == System.Data.ConnectionState.Open) return;
        context.Dialect.ClearPool(connection);
        await connection.DisposeAsync();
        connection = await OpenAsync(cancellationToken);
    }

    private bool Due(ref long last, TimeSpan every)
    {
        if (last != 0 && context.Time.GetElapsedTime(last) < every) return false;
        last = context.Time.GetTimestamp();
        return true;
    }

    private void Report(string state, string? error) => report(GroupReport.Of(context, tables, activity, state, error));
}
