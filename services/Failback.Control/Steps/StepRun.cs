using System.Text.Json;
using Failback.Contracts.Api;

namespace Failback.Control.Steps;

/// <summary>
/// Work on a failback in steps, as it is stored: what was asked for, which steps were begun and which are done. Any control can go on with
/// it.
/// </summary>
internal sealed record StepRun
{
    /// <summary>Later runs have greater ids.</summary>
    public required string Id { get; init; }

    public required string Failback { get; init; }

    /// <summary>Name of the <see cref="IStepKind"/>.</summary>
    public required string Kind { get; init; }

    public StepRunState State { get; init; }

    /// <summary>Grows with every change; only the control that knows the last one may change the run.</summary>
    public long Revision { get; init; }

    /// <summary>What the call asked for.</summary>
    public JsonElement? Input { get; init; }

    public required StepOrigin From { get; init; }

    /// <summary>Steps begun and done, in their order.</summary>
    public IReadOnlyList<StepEntry> Entries { get; init; } = [];

    /// <summary>Why the present step fails; for a refused run, why it was refused.</summary>
    public StepFailure? Failure { get; init; }

    /// <summary>The refusal for which the run is being undone; null: it is not.</summary>
    public StepFailure? Undoing { get; init; }

    /// <summary>Id of the operation that shows the run; null: its call has it in hand, or no control has taken it up yet.</summary>
    public string? Operation { get; init; }

    public required DateTimeOffset BegunAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public bool IsOpen => State is StepRunState.Running or StepRunState.Stuck;

    public bool IsDone(string step) => Entry(step)?.DoneAt is not null;

    public StepEntry? Entry(string step) => Entries.FirstOrDefault(entry => entry.Step == step);

    /// <summary>Returns what was asked for.</summary>
    public T Asked<T>() => Input!.Value.Deserialize<T>(ApiJson.Options)!;

    /// <summary>Returns the evidence of a step that is done.</summary>
    public T Evidence<T>(string step) => Entry(step)!.Evidence!.Value.Deserialize<T>(ApiJson.Options)!;

    /// <summary>Returns the run with an entry in the place of the former one of its step.</summary>
    public StepRun With(StepEntry entry) =>
        this with { Entries = [.. Entries.Where(other => other.Step != entry.Step), entry] };
}
