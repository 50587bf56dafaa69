using System.Collections.Concurrent;

namespace Failback.Control.Failbacks;

/// <summary>One command at a time per failback.</summary>
internal sealed class CommandLocks
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _locks = new(StringComparer.Ordinal);

    public async Task<IDisposable> EnterAsync(string failback, CancellationToken cancellationToken)
    {
        SemaphoreSlim gate = _locks.GetOrAdd(failback, _ => new SemaphoreSlim(1, 1));
        await gate.WaitAsync(cancellationToken);
        return new Exit(gate);
    }

    /// <summary>The same without waiting; null while a command is at work.</summary>
    public async Task<IDisposable?> TryEnterAsync(string failback)
    {
        SemaphoreSlim gate = _locks.GetOrAdd(failback, _ => new SemaphoreSlim(1, 1));
        return await gate.WaitAsync(TimeSpan.Zero) ? new Exit(gate) : null;
    }

    private sealed class Exit(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
