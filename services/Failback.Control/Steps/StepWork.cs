namespace Failback.Control.Steps;

/// <summary>The steps of one run while a control has it in hand, with the connections that they share.</summary>
internal abstract class StepWork : IAsyncDisposable
{
    /// <summary>All steps in their order, also those that are done. The same run always has the same steps.</summary>
    public abstract IReadOnlyList<Step> Steps { get; }

    /// <summary>Returns the answer of the call once every step is done; null: it has no body.</summary>
    public virtual object? Result(StepRun run) => null;

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
