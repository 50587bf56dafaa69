using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Definitions;

namespace Failback.Control.DeadLetters;

/// <summary>Which letters a call means, as callers write it.</summary>
internal sealed record LetterQuery
{
    private static readonly string[] States = ["open", "waiting", "superseded", "applied", "discarded"];

    /// <summary>Table of the target, <c>schema.table</c>.</summary>
    public string? Table { get; init; }

    /// <summary><c>open</c> (default), <c>waiting</c>, <c>superseded</c>, <c>applied</c>, <c>discarded</c> or <c>all</c>.</summary>
    public string? State { get; init; }

    public string? ErrorClass { get; init; }

    /// <summary>Set aside at least so long ago: <c>10m</c>.</summary>
    public string? OlderThan { get; init; }

    public IReadOnlyList<long>? Ids { get; init; }

    /// <exception cref="ApiException">A part of it cannot be understood.</exception>
    public DeadLetterFilter ToFilter(TimeProvider time)
    {
        string state = State ?? "open";
        if (state != "all" && !States.Contains(state)) throw Wrong("state", $"'{state}' is none of {string.Join(", ", States)}, all");
        TimeSpan age = TimeSpan.Zero;
        if (OlderThan is not null && !Duration.TryParse(OlderThan, out age)) throw Wrong("olderThan", $"expected {Duration.Expected}");
        return new DeadLetterFilter
        {
            Table = Table,
            State = state == "all" ? null : state,
            ErrorClass = ErrorClass,
            Before = OlderThan is null ? null : time.GetUtcNow() - age,
            Ids = Ids ?? [],
        };
    }

    private static ApiException Wrong(string field, string message) =>
        new(422, "invalid_filter", $"{field}: {message}", "correct the filter and repeat") { Fields = [new FieldError(field, message)] };
}
