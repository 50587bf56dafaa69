using Failback.Apply.Failures;
using Failback.Contracts.Control;
using Failback.Scripting;
using Failback.Scripting.Batches;
using Failback.Scripting.Host;

namespace Failback.Apply.Scripts;

/// <summary>
/// The userscript of a failback on this replica, loaded when a group first needs it and shared by all. A script that uses up its limits, or
/// cannot be loaded, halts its group, which tries again with a fresh one; the process of the applier is not touched.
/// </summary>
internal sealed class ScriptRunner(ScriptSpec? spec) : IDisposable
{
    private static readonly ScriptLimits Limits = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Userscript? _loaded;

    /// <summary>What the script configured.</summary>
    /// <exception cref="GroupHaltedException">It cannot be loaded.</exception>
    public async Task<ScriptPlan> PlanAsync(CancellationToken cancellationToken) =>
        spec is null ? ScriptPlan.Empty : await GuardedAsync(script => Task.FromResult(script.Plan), cancellationToken);

    /// <summary>One outcome per row.</summary>
    /// <exception cref="GroupHaltedException">The script used up its limits.</exception>
    public async Task<IReadOnlyList<ScriptOutcome>> RunAsync(ScriptStage stage, ScriptBatch batch, CancellationToken cancellationToken) =>
        spec is null
        ? [.. batch.Rows.Select(_ => ScriptOutcome.Unchanged)]
        : await GuardedAsync(script => script.RunAsync(stage, batch, cancellationToken), cancellationToken);

    public void Dispose()
    {
        _loaded?.Dispose();
        _turn.Dispose();
    }

    private async Task<T> GuardedAsync<T>(Func<Userscript, Task<T>> call, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_loaded is not { IsUsable: true })
            {
                _loaded?.Dispose();
                _loaded = null;
                _loaded = await Userscript.LoadAsync(spec!, Limits, cancellationToken);
            }

            if (_loaded.Plan.Problems.FirstOrDefault(p => p.IsError) is { } problem)
                throw Halt("script_refused", $"cannot be used: line {problem.Line}: {problem.Message}");
            return await call(_loaded);
        }
        catch (ScriptLimitException e)
        {
            throw Halt("script_limit", $"was ended: {e.Message}");
        }
        catch (ScriptHostException e)
        {
            throw Halt(ScriptHostException.Code, $"cannot run in this applier: {e.Message}", ScriptHostException.Remedy);
        }
        catch (Exception e) when (e is InvalidOperationException or InvalidDataException)
        {
            throw Halt("script_failed", $"cannot be run: {e.Message}");
        }
        finally
        {
            _turn.Release();
        }
    }

    private GroupHaltedException Halt(string code, string what, string remedy = "activate another version") =>
        new(new Failure(FailureKind.Script, code, $"version {spec!.Version} of the userscript {what}; {remedy}"));
}
