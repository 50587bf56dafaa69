using System.Text.Json;

namespace Failback.Control.Scripts;

/// <summary>Body of a trial: the rows, or how many letters; of a candidate also its text.</summary>
internal sealed record ScriptTrialRequest
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

/// <summary>What became of the rows of a trial.</summary>
/// <param name="Version">Version that was tried; absent for a candidate.</param>
/// <param name="Rows">In the order of the request.</param>
/// <param name="Routed">Rows that go somewhere.</param>
/// <param name="Dropped">Rows that go nowhere.</param>
/// <param name="Failed">Rows that would become dead letters.</param>
internal sealed record ScriptTrialAnswer(long? Version, IReadOnlyList<ScriptTrialRow> Rows, int Routed, int Dropped, int Failed);

/// <summary>One row of a trial.</summary>
/// <param name="Index">Place in the request, from 0.</param>
/// <param name="Table">Its table.</param>
/// <param name="Key">Its key.</param>
/// <param name="Outcome"><c>routed</c>, <c>dropped</c> or <c>failed</c>.</param>
internal sealed record ScriptTrialRow(int Index, string Table, JsonElement Key, string Outcome)
{
    /// <summary>What the script threw, with the line.</summary>
    public string? Error { get; init; }

    /// <summary>Rows that it becomes.</summary>
    public IReadOnlyList<ScriptTrialResult>? Result { get; init; }
}

/// <summary>A row that comes out.</summary>
/// <param name="Action"><c>upsert</c> or <c>delete</c>.</param>
/// <param name="Table">Table of the target, or as the script calls it where the failback has none of that name.</param>
internal sealed record ScriptTrialResult(string Action, string Table)
{
    /// <summary>What an operator should know about it, such as that the failback lacks the table.</summary>
    public string? Note { get; init; }

    /// <summary>Key as received, or the key columns that the script answered.</summary>
    public JsonElement? Key { get; init; }

    /// <summary>The row; absent for a delete.</summary>
    public JsonElement? Row { get; init; }
}
