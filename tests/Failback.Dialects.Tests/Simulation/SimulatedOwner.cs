using Failback.Apply.Applying;
using Failback.Apply.Groups;
using Failback.Contracts.Control;
using Failback.Messaging.Reading;

namespace Failback.Dialects.Tests.Simulation;

/// <summary>One owner of one group: reads simulated queues, works on the real database, can die at any moment.</summary>
internal sealed class SimulatedOwner : IAsyncDisposable
{
    private readonly SimulatedQueues queues;
    private readonly int[] places;
    private readonly int[] cursor;
    private readonly OwnedGroup group;
    private readonly TargetSession session;
    private readonly GroupWorker worker;
    private readonly int prefetch;
    private readonly MemoryShare memory;
    private bool dead;

    private SimulatedOwner(GroupContext context, SimulatedQueues queues, int[] places, OwnedGroup group, TargetSession session)
    {
        this.queues = queues;
        this.places = places;
        this.group = group;
        this.session = session;
        prefetch = context.Prefetch;
        memory = group.Memory;
        cursor = [.. places.Select(queues.First)];
        worker = new GroupWorker(context, group, session, Acknowledge, _ => { });
    }

    public OwnedGroup Group => group;

    public static async Task<SimulatedOwner> TakeOverAsync(GroupContext context, SimulatedQueues queues, IReadOnlyList<TableRoute> routes, int[] places)
    {
        var share = new MemoryShare(context.Budget);
        TargetSession opened = await TargetSession.OpenAsync(context, CancellationToken.None);
        OwnedGroup owned = await OwnedGroup.TakeOverAsync(context, share, routes, opened.Connection, CancellationToken.None);
        return new SimulatedOwner(context, queues, places, owned, opened);
    }

    /// <summary>Reads up to <paramref name="count"/> messages of one queue, within the prefetch.</summary>
    public void Read(int table, int count)
    {
        int queue = places[table];
        for (; count > 0 && cursor[table] < queues.Length(queue) && queues.Out(queue, cursor[table]) < prefetch && !worker.IsFull; cursor[table]++)
        {
            if (queues.IsAcknowledged(queue, cursor[table])) continue;
            worker.Take(queues.Deliver(queue, cursor[table], memory) with { Queue = table });
            count--;
        }
    }

    public int Tables => places.Length;

    public Task StepAsync() => worker.StepAsync(CancellationToken.None);

    /// <summary>From now on its channels are closed: acknowledgements go nowhere.</summary>
    public void Die() => dead = true;

    public async ValueTask DisposeAsync()
    {
        dead = true;
        group.Release();
        await session.DisposeAsync();
    }

    private ValueTask Acknowledge(Acknowledgement message)
    {
        if (!dead) queues.Acknowledge(places[message.Queue], message.Tag, message.Multiple);
        return ValueTask.CompletedTask;
    }
}
