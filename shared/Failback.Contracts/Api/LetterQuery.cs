namespace Failback.Contracts.Api;

/// <summary>Which letters a call means, as callers write it.</summary>
public sealed record LetterQuery
{
    /// <summary>Table of the target, <c>schema.table</c>.</summary>
    public string? Table { get; init; }

    /// <summary><c>open</c> (default), <c>waiting</c>, <c>superseded</c>, <c>applied</c>, <c>discarded</c> or <c>all</c>.</summary>
    public string? State { get; init; }

    public string? ErrorClass { get; init; }

    /// <summary>Set aside at least so long ago: <c>10m</c>.</summary>
    public string? OlderThan { get; init; }

    public IReadOnlyList<long>? Ids { get; init; }
}
