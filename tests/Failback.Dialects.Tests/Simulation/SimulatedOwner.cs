using Failback.Apply.Applying;
using Failback.Apply.Groups;
using Failback.Contracts.Control;
using Failback.Messaging.Reading;

namespace Failback.Dialects.Tests.Simulation;

/// <summary>One owner of one group: reads simulated queues, works on the real database, can die at any moment.</summary>
internal sealed class SimulatedOwner : IAsyncDisposable
{
    private readonly SimulatedQueues _queues;
    private readonly int[] _places;
    private readonly int[] _cursor;
    private readonly OwnedGroup _group;
    private readonly TargetSession _session;
    private readonly GroupWorker _worker;
    private readonly int _prefetch;
    private readonly MemoryShare _memory;
    private bool _dead;

    private SimulatedOwner(GroupContext context, SimulatedQueues queues, int[] places, OwnedGroup group, TargetSession session)
    {
        _queues = queues;
        _places = places;
        _group = group;
        _session = session;
        _prefetch = context.Prefetch;
        _memory = group.Memory;
        _cursor = [.. places.Select(queues.First)];
        _worker = new GroupWorker(context, group, session, Acknowledge, _ => { });
    }

    public OwnedGroup Group => _group;

    public static async Task<SimulatedOwner> TakeOverAsync(
        GroupContext context, SimulatedQueues queues, IReadOnlyList<TableRoute> routes, int[] places)
    {
        var share = new MemoryShare(context.Budget);
        TargetSession opened = await TargetSession.OpenAsync(context, CancellationToken.None);
        OwnedGroup owned = await OwnedGroup.TakeOverAsync(context, share, routes, opened.Connection, CancellationToken.None);
        return new SimulatedOwner(context, queues, places, owned, opened);
    }

    /// <summary>Reads up to <paramref name="count"/> messages of one queue, within the prefetch.</summary>
    public void Read(int table, int count)
    {
        int queue = _places[table];
        for (; count > 0 && _cursor[table] < _queues.Length(queue) && _queues.Out(queue, _cursor[table]) < _prefetch
            && !_worker.IsFull; _cursor[table]++)
        {
            if (_queues.IsAcknowledged(queue, _cursor[table])) continue;
            _worker.Take(_queues.Deliver(queue, _cursor[table], _memory) with { Queue = table });
            count--;
        }
    }

    public int Tables => _places.Length;

    public Task StepAsync() => _worker.StepAsync(CancellationToken.None);

    /// <summary>From now on its channels are closed: acknowledgements go nowhere.</summary>
    public void Die() => _dead = true;

    public async ValueTask DisposeAsync()
    {
        _dead = true;
        _group.Release();
        await _session.DisposeAsync();
    }

    private ValueTask Acknowledge(Acknowledgement message)
    {
        if (!_dead) _queues.Acknowledge(_places[message.Queue], message.Tag, message.Multiple);
        return ValueTask.CompletedTask;
    }
}
