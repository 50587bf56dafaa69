using System.Text.Json;
using Failback.Contracts.Api;

namespace Failback.Control.Steps;

/// <summary>A run in the hands of one control: its last stored form.</summary>
internal sealed class StepJournal(StepRun run, StepStore store, TimeProvider time)
{
    public StepRun Run { get; private set; } = run;

    public void Save(StepRun changed) => Run = store.Save(changed);

    /// <summary>Stores that a step is about to be taken.</summary>
    public void Begin(string step) =>
        Save(Run.With(new StepEntry(step, (Run.Entry(step)?.Attempts ?? 0) + 1, time.GetUtcNow())));

    /// <summary>Stores that a step is done; failures before it are over.</summary>
    /// <param name="step">The step.</param>
    /// <param name="evidence">What was seen of its effect.</param>
    /// <param name="found">It was done already.</param>
    public void End(string step, object? evidence, bool found) => Save(Run.With(Run.Entry(step)! with
    {
        DoneAt = time.GetUtcNow(),
        Found = found,
        Evidence = evidence is null ? null : JsonSerializer.SerializeToElement(evidence, ApiJson.Options),
    }) with
    {
        State = StepRunState.Running,
        Failure = null,
    });
}
