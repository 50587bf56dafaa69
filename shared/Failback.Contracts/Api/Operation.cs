using System.Text.Json;
using Failback.Contracts.Words;

namespace Failback.Contracts.Api;

/// <summary>
/// Long work that goes on after its call has returned. Operations survive a restart: a start or deletion whose process has died is
/// continued
/// by another or the restarted one, anything else is <c>failed</c> with the code <c>interrupted</c>.
/// </summary>
public sealed record Operation
{
    /// <summary>Later operations have greater ids.</summary>
    public required string Id { get; init; }

    /// <summary><c>start</c>, <c>preflight</c>, <c>delete</c>, <c>replay</c>, <c>discard</c>.</summary>
    public required string Kind { get; init; }

    public required string Failback { get; init; }

    public OperationState State { get; init; }

    /// <summary>The step it is at, or ended at.</summary>
    public string Step { get; init; } = "begun";

    /// <summary>Of <see cref="Total"/>, where the work can be counted.</summary>
    public long? Done { get; init; }

    public long? Total { get; init; }

    /// <summary>True after a call of cancel: the operation ends at the next step that can be interrupted.</summary>
    public bool CancelRequested { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The answer of the call; absent unless it succeeded with an answer.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>The refusal of the call; absent unless it failed.</summary>
    public OperationProblem? Problem { get; init; }

    /// <summary>Why its step fails again and again; absent unless it is running and stuck.</summary>
    public StuckStep? Stuck { get; init; }

    /// <summary>Returns the event that records its end.</summary>
    public FailbackEvent ToEvent(DateTimeOffset at) => new()
    {
        At = at,
        Type = "operation",
        Code = Problem?.Code,
        Message = $"{Kind} {Word.Of(State)}{(Problem is { } problem ? $": {problem.Detail}; {problem.Remedy}" : "")}",
    };
}
