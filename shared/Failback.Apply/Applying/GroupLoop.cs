using System.Data.Common;
using Failback.Apply.Failures;
using Failback.Apply.Groups;
using Failback.Apply.Settings;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Messaging.Broker;
using Failback.Messaging.Reading;

namespace Failback.Apply.Applying;

/// <summary>
/// One spell of ownership: attaches to the group's queues, takes the tables over, feeds the worker. Ends by exception when it is fenced,
/// halted, cancelled, or loses broker or target for long.
/// </summary>
internal sealed class GroupLoop(
    GroupContext context, IReadOnlyList<TableRoute> routes, SessionLane lane, BrokerConnections connections,
    Action<ApplierProgress> report, Action late)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FirstDeliveryWait = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan LetGoWithin = TimeSpan.FromSeconds(2);

    private Task<bool>? _arrival;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        OwnedGroup? group = null;
        using var memory = new MemoryShare(context.Budget);
        await using TargetSession session = TargetSession.On(lane, late);
        await using TableQueueReader reader = await TableQueueReader.AttachAsync(
            connections, [.. routes.Select(r => r.Queue)], memory, context.Time, cancellationToken);
        // Told to stop, the queues are handed over before anything else hears of it: a driver that cancels a statement of a target that
        // does not
        // answer may block for long, and whatever listens to the same token waits behind it.
        using var work = new CancellationTokenSource();
        await using CancellationTokenRegistration handOver = cancellationToken.UnsafeRegister(
            _ =>
            {
                _ = reader.DisposeAsync().AsTask();
                _ = work.CancelAsync();
            },
            null);
        try
        {
            // Until the broker hands over the queues their last owner may still be at work; there is no hurry to fence it.
            await WaitAsync(reader, FirstDeliveryWait, work.Token);
            await session.EnterAsync(work.Token);
            group = await OwnedGroup.TakeOverAsync(context, memory, routes, session.Connection, work.Token);
            session.Leave();
            var worker = new GroupWorker(
                context, group, session, m => reader.AckAsync(m.Queue, m.Tag, m.Multiple, cancellationToken), report);
            worker.Report(TableState.Running, null);
            context.Owned.Add(context.Spec.Name, group);
            while (true)
            {
                if (!reader.HasMore) await WaitAsync(reader, Tick, work.Token);
                while (!worker.IsFull && reader.TryRead(out QueueDelivery? delivery)) worker.Take(delivery);
                await session.EnterAsync(work.Token);
                await worker.StepAsync(work.Token);
                session.Leave();
            }
        }
        catch (Exception e) when (e is FencedException or GroupHaltedException)
        {
            session.Leave();
            throw;
        }
        catch
        {
            // What became of the connection is not known.
            await session.DropAsync();
            session.Leave();
            throw;
        }
        finally
        {
            if (group is not null) context.Owned.Remove(group);
            group?.Release();
            await LetGoAsync(session, group);
        }
    }

    /// <summary>What the session has of the group goes: a later owner would end it, and with it the work of other groups.</summary>
    private async Task LetGoAsync(TargetSession session, OwnedGroup? group)
    {
        if (group is null) return;
        using var limit = new CancellationTokenSource(LetGoWithin);
        try
        {
            await session.EndAsync(
                connection => context.Checkpoints.LetGoAsync(
                    connection, context.Spec.Name, [.. group.Tables.Select(t => t.Name)], limit.Token),
                limit.Token);
        }
        catch (Exception e)
        when (e is DbException or OperationCanceledException or InvalidOperationException or IOException or TimeoutException)
        {
            // The session has been ended instead, and with it all it had.
            ApplyLog.NotLeft(context.Logger, context.Spec.Name, context.Dialect.Classify(e).Code);
        }
    }

    /// <summary>Waits for a delivery, but not for longer than told; fails when the reader was lost.</summary>
    private async Task WaitAsync(TableQueueReader reader, TimeSpan longest, CancellationToken cancellationToken)
    {
        _arrival ??= reader.WaitAsync(CancellationToken.None).AsTask();
        await Task.WhenAny(_arrival, Task.Delay(longest, context.Time, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        if (!_arrival.IsCompleted) return;
        bool more = await _arrival;
        _arrival = null;
        if (!more) throw new BrokerUnavailableException("the reader was closed");
    }
}
