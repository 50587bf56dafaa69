using System.Text.Json;
using Failback.Contracts.Api;

namespace Failback.Control.Operations;

/// <summary>What became of an operation's work in one go.</summary>
/// <param name="Result">The answer of the call; null: it has none.</param>
internal sealed record OperationEnd(JsonElement? Result)
{
    /// <summary>The work has not ended: the operation stays running, and its run is taken up again.</summary>
    public bool IsLater { get; private init; }

    /// <summary>Why it fails again and again; null: it does not.</summary>
    public StuckStep? Stuck { get; private init; }

    public static OperationEnd Of(object? answer) =>
        new(answer is null ? null : JsonSerializer.SerializeToElement(answer, answer.GetType(), ApiJson.Options));

    public static OperationEnd Later(StuckStep? stuck) => new((JsonElement?)null) { IsLater = true, Stuck = stuck };
}
