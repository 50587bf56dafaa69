using Failback.Contracts.Control;

namespace Failback.Sink.Scripts;

/// <summary>
/// The userscript of one failback in this process. A version that becomes active is loaded beside the running one, which serves
/// requests until the new one is ready: a switch makes no request wait.
/// </summary>
internal sealed class ScriptSlot(Action<long> runs) : IDisposable
{
    private readonly Lock _gate = new();
    private ScriptPool? _current;
    private ScriptPool? _next;

    /// <summary>The version that runs now.</summary>
    internal ScriptPool Current
    {
        get
        {
            lock (_gate) return _current ?? throw new InvalidOperationException("no script was asked for");
        }
    }

    /// <summary>Makes a version the next one; it takes over when it is loaded.</summary>
    internal void Use(ScriptSpec script)
    {
        lock (_gate)
        {
            if ((_next ?? _current)?.Version == script.Version) return;
            _next?.Dispose();
            _next = null;
            if (_current?.Version == script.Version) return;
            var pool = new ScriptPool(script);
            if (_current is null) Run(pool);
            else _next = pool;
            _ = Task.Run(() => LoadAsync(pool));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _next?.Dispose();
            _current?.Dispose();
        }
    }

    /// <summary>
    /// Loads a version and lets it take over. One that cannot be loaded takes over too: its first request reports why.
    /// </summary>
    private async Task LoadAsync(ScriptPool pool)
    {
        await pool.WarmAsync();
        lock (_gate)
        {
            // A later version was asked for while this one was loading; its own load takes over.
            if (!ReferenceEquals(_next, pool)) return;
            _next = null;
            ScriptPool? before = _current;
            Run(pool);
            before?.Dispose();
        }
    }

    private void Run(ScriptPool pool)
    {
        _current = pool;
        runs(pool.Version);
    }
}
