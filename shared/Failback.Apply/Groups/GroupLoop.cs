using Failback.Contracts.Control;
using Failback.Messaging;
using Failback.Messaging.Reading;

namespace Failback.Apply.Groups;

/// <summary>
/// One spell of ownership: attaches to the group's queues, takes the tables over, feeds the worker. Ends by exception when it is fenced,
/// halted, cancelled, or loses broker or target for long.
/// </summary>
internal sealed class GroupLoop(GroupContext context, IReadOnlyList<TableRoute> routes, BrokerConnections connections, Action<ApplierProgress> report)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FirstDeliveryWait = TimeSpan.FromSeconds(3);

    private Task<bool>? arrival;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        OwnedGroup? group = null;
        using var memory = new MemoryShare(context.Budget);
        await using TargetSession session = await TargetSession.OpenAsync(context, cancellationToken);
        await using TableQueueReader reader = await TableQueueReader.AttachAsync(
            connections, [.. routes.Select(r => r.Queue)], memory, context.Time, cancellationToken);
        // Told to stop, the queues are handed over at once: a target that does not answer may hold this loop up for long.
        await using CancellationTokenRegistration handOver = cancellationToken.UnsafeRegister(static r => _ = ((TableQueueReader)r!).DisposeAsync().AsTask(), reader);
        try
        {
            // Until the broker hands over the queues their last owner may still be at work; there is no hurry to fence it.
            await WaitAsync(reader, FirstDeliveryWait, cancellationToken);
            group = await OwnedGroup.TakeOverAsync(context, memory, routes, session.Connection, cancellationToken);
            var worker = new GroupWorker(context, group, session, m => reader.AckAsync(m.Queue, m.Tag, m.Multiple, cancellationToken), report);
            worker.Report("running", null);
            while (true)
            {
                if (!reader.HasMore) await WaitAsync(reader, Tick, cancellationToken);
                while (!worker.IsFull && reader.TryRead(out QueueDelivery? delivery)) worker.Take(delivery);
                await worker.StepAsync(cancellationToken);
            }
        }
        finally
        {
            group?.Release();
        }
    }

    /// <summary>Waits for a delivery, but not for longer than told; fails when the reader was lost.</summary>
    private async Task WaitAsync(TableQueueReader reader, TimeSpan longest, CancellationToken cancellationToken)
    {
        arrival ??= reader.WaitAsync(CancellationToken.None).AsTask();
        await Task.WhenAny(arrival, Task.Delay(longest, context.Time, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        if (!arrival.IsCompleted) return;
        bool more = await arrival;
        arrival = null;
        if (!more) throw new IOException("the reader was closed");
    }
}
