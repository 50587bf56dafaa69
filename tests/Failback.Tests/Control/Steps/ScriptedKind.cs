using Failback.Control.Registry;
using Failback.Control.Steps;

namespace Failback.Tests.Control.Steps;

/// <summary>
/// A run of four steps whose effects are kept here, as the world keeps them, and that a test can end or fail at any point.
/// </summary>
internal sealed class ScriptedKind : IStepKind
{
    public const string Commit = "second";

    /// <summary>Effects in their order.</summary>
    public List<string> Effects { get; } = [];

    /// <summary>Points passed so far: before and after each proof and each act.</summary>
    public int Points { get; private set; }

    /// <summary>Called at each point with its number; what it throws ends the process, or the step.</summary>
    public Action<int> At { get; set; } = static _ => { };

    public string Kind => "scripted";

    public string CommitStep => Commit;

    public bool Undoes { get; init; }

    public bool Wanted { get; set; } = true;

    /// <summary>What the third step fails with; null: it succeeds.</summary>
    public Exception? Fault { get; set; }

    public bool IsWanted(StepRun run, FailbackRecord? failback) => Wanted;

    public Task<StepWork> OpenAsync(StepRun run, CancellationToken cancellationToken)
    {
        Pass();
        return Task.FromResult<StepWork>(new StepList(
            [Proven("first"), Proven(Commit), Step.Repeated("third", _ => Repeat("third")), Proven("fourth")]));
    }

    public Task UndoAsync(StepRun run, CancellationToken cancellationToken)
    {
        Pass();
        if (Effects[^1] != "undone") Effects.Add("undone");
        Pass();
        return Task.CompletedTask;
    }

    private Step Proven(string name) => Step.Proven(
        name, () =>
        {
            Pass();
            return Effects.Contains(name) ? new { seen = name } : null;
        }, _ =>
        {
            Pass();
            Effects.Add(name);
            Pass();
            return Task.CompletedTask;
        });

    private Task<object?> Repeat(string name)
    {
        Pass();
        if (Fault is { } fault) throw fault;
        Effects.Add(name);
        Pass();
        return Task.FromResult<object?>(new { repeated = name });
    }

    private void Pass() => At(Points++);
}
