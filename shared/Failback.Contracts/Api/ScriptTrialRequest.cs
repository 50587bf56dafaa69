using System.Text.Json;

namespace Failback.Contracts.Api;

/// <summary>Body of a trial: the rows, or how many letters; of a candidate also its text.</summary>
public sealed record ScriptTrialRequest
{
    /// <summary>TypeScript or JavaScript; only where the path says <c>candidate</c>.</summary>
    public string? Source { get; init; }

    /// <summary>
    /// Rows as a changefeed sends them: <c>topic</c> (or <c>table</c>), <c>key</c>, <c>after</c>, <c>before</c>, <c>updated</c>.
    /// </summary>
    public IReadOnlyList<JsonElement>? Rows { get; init; }

    /// <summary>Take up to so many open dead letters of the failback instead.</summary>
    public int? Letters { get; init; }
}
