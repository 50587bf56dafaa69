using System.Text.Json;

namespace Failback.Control.Steps;

/// <summary>One step of a run, stored before it is taken and again when it is done.</summary>
/// <param name="Step">Name of the step.</param>
/// <param name="Attempts">Times that it was begun.</param>
/// <param name="BegunAt">Time of the last attempt.</param>
internal sealed record StepEntry(string Step, int Attempts, DateTimeOffset BegunAt)
{
    /// <summary>Null: it was begun, and whether it took effect is not known.</summary>
    public DateTimeOffset? DoneAt { get; init; }

    /// <summary>True when it was found done before anything was done in this attempt.</summary>
    public bool Found { get; init; }

    /// <summary>What was seen of its effect.</summary>
    public JsonElement? Evidence { get; init; }
}
