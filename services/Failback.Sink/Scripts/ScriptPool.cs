using System.Collections.Concurrent;
using Failback.Contracts.Control;
using Failback.Scripting;
using Failback.Scripting.Batches;
using Failback.Scripting.Compiling;
using Failback.Scripting.Host;

namespace Failback.Sink.Scripts;

/// <summary>
/// The processes that run one version of a userscript, each used by one request at a time. They survive changes of the failback
/// that leave the script alone.
/// </summary>
internal sealed class ScriptPool(ScriptSpec script) : IDisposable
{
    /// <summary>
    /// Limits of one run. The time is shorter than a request may take, so that the changefeed receives the reason and not a
    /// timeout.
    /// </summary>
    private static readonly ScriptLimits Limits = new() { Time = TimeSpan.FromSeconds(3) };

    private static readonly int Most = Math.Clamp(Environment.ProcessorCount / 2, 1, 4);

    private readonly SemaphoreSlim _turns = new(Most, Most);
    private readonly ConcurrentBag<Userscript> _idle = [];
    private volatile ScriptPlan? _plan;
    private volatile bool _retired;

    internal long Version => script.Version;

    /// <summary>Runs the script and returns one outcome per row.</summary>
    /// <exception cref="ScriptLimitException">The script exceeded a limit; its process has been ended.</exception>
    /// <exception cref="ScriptLoadException">It cannot be loaded.</exception>
    internal async Task<IReadOnlyList<ScriptOutcome>> RunAsync(ScriptBatch batch, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        Userscript? runner = null;
        try
        {
            if (!_idle.TryTake(out runner)) runner = await LoadAsync(cancellationToken);
            // Not cancelled with the request: a script that never ends can only be told from a busy machine by the limits it
            // reaches.
            return await runner.RunAsync(ScriptStage.Source, batch, CancellationToken.None);
        }
        finally
        {
            if (runner is { IsUsable: true }) Keep(runner);
            else runner?.Dispose();
            _turns.Release();
        }
    }

    /// <summary>Returns whether the script has schema-level handlers; known once the script has been loaded.</summary>
    /// <exception cref="ScriptLoadException">It cannot be loaded.</exception>
    internal async ValueTask<bool> DecidesAsync(CancellationToken cancellationToken)
    {
        if (_plan is { } known) return known.Sources.Count > 0;
        await _turns.WaitAsync(cancellationToken);
        try
        {
            if (_plan is null) Keep(await LoadAsync(cancellationToken));
            return _plan!.Sources.Count > 0;
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>Loads the script before the first request needs it.</summary>
    internal async Task WarmAsync()
    {
        try
        {
            await DecidesAsync(CancellationToken.None);
        }
        catch (Exception e)
        when (e is ScriptLimitException or ScriptLoadException or ScriptHostException or InvalidOperationException or IOException)
        {
            // The first request meets the same error and reports it to the changefeed and to control.
            _ = e;
        }
    }

    /// <summary>Ends the idle processes now, and the others when their request is over.</summary>
    public void Dispose()
    {
        _retired = true;
        Drain();
    }

    private void Keep(Userscript runner)
    {
        _idle.Add(runner);
        // Added first, checked second: a Dispose between the two would otherwise leave this process running.
        if (_retired) Drain();
    }

    private void Drain()
    {
        while (_idle.TryTake(out Userscript? runner)) runner.Dispose();
    }

    private async Task<Userscript> LoadAsync(CancellationToken cancellationToken)
    {
        Userscript loaded = await Userscript.LoadAsync(script, Limits, cancellationToken);
        ScriptProblem[] errors = [.. loaded.Plan.Problems.Where(problem => problem.IsError)];
        if (errors.Length > 0)
        {
            loaded.Dispose();
            throw new ScriptLoadException(errors);
        }

        // Only a plan without errors is known: with one, a later request would take the script for one that lets rows pass.
        _plan = loaded.Plan;
        return loaded;
    }
}
