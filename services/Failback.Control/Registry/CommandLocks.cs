using System.Collections.Concurrent;
using Failback.Control.Storage;

namespace Failback.Control.Registry;

/// <summary>Lets one command at a time run per failback, across all control processes on the database.</summary>
internal sealed class CommandLocks(ControlDatabase database, TimeProvider time)
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);

    public async Task<IDisposable> EnterAsync(string failback, CancellationToken cancellationToken)
    {
        SemaphoreSlim gate = Gate(failback);
        // The database's lock belongs to the process, so commands of one process take turns at the gate first.
        await gate.WaitAsync(cancellationToken);
        try
        {
            while (!await database.Locks.HoldAsync(Name(failback), cancellationToken)) await Task.Delay(Between, time, cancellationToken);
            return new Turn(gate, database.Locks, Name(failback));
        }
        catch
        {
            gate.Release();
            throw;
        }
    }

    /// <summary>Enters without waiting; returns null while another command runs.</summary>
    public async Task<IDisposable?> TryEnterAsync(string failback, CancellationToken cancellationToken)
    {
        SemaphoreSlim gate = Gate(failback);
        if (!await gate.WaitAsync(TimeSpan.Zero, cancellationToken)) return null;
        bool held = false;
        try
        {
            held = await database.Locks.HoldAsync(Name(failback), cancellationToken);
            return held ? new Turn(gate, database.Locks, Name(failback)) : null;
        }
        finally
        {
            if (!held) gate.Release();
        }
    }

    private SemaphoreSlim Gate(string failback) => _gates.GetOrAdd(failback, _ => new SemaphoreSlim(1, 1));

    private static string Name(string failback) => "failback/" + failback;

    private sealed class Turn(SemaphoreSlim gate, IStateLocks locks, string name) : IDisposable
    {
        public void Dispose()
        {
            // Released in the reverse order: the next command of this process must not find the old lock.
            locks.Release(name);
            gate.Release();
        }
    }
}
