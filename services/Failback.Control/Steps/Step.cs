namespace Failback.Control.Steps;

/// <summary>
/// One step of a run. A process may die at any moment, so a step is either proven, and then skipped when its effect is seen, or it may be
/// repeated without harm.
/// </summary>
/// <param name="Name">Its name in the run and in the operation.</param>
/// <param name="ActAsync">Takes it; what it returns is evidence where the step has no proof.</param>
internal sealed record Step(string Name, Func<CancellationToken, Task<object?>> ActAsync)
{
    /// <summary>Returns evidence of the step's effect, or null while there is none; null: the step may be repeated.</summary>
    public Func<CancellationToken, Task<object?>>? ProofAsync { get; init; }

    /// <summary>A step whose effect can be seen: looked at before it is taken, and again afterwards.</summary>
    public static Step Proven(string name, Func<object?> proof, Func<CancellationToken, Task> act) =>
        new(name, async cancellationToken =>
        {
            await act(cancellationToken);
            return null;
        })
        { ProofAsync = _ => Task.FromResult(proof()) };

    /// <summary>A step that only looks, or whose repetition changes nothing.</summary>
    public static Step Repeated(string name, Func<CancellationToken, Task<object?>> act) => new(name, act);

    /// <summary>A step that may be repeated and leaves no evidence.</summary>
    public static Step Repeated(string name, Func<CancellationToken, Task> act) => new(name, async cancellationToken =>
    {
        await act(cancellationToken);
        return null;
    });
}
