using System.Text.Json;

namespace Failback.Contracts.Api;

/// <summary>One row of a trial.</summary>
/// <param name="Index">Place in the request, from 0.</param>
/// <param name="Table">Its table.</param>
/// <param name="Key">Its key.</param>
/// <param name="Outcome"><c>routed</c>, <c>dropped</c> or <c>failed</c>.</param>
public sealed record ScriptTrialRow(int Index, string Table, JsonElement Key, string Outcome)
{
    /// <summary>What the script threw, with the line.</summary>
    public string? Error { get; init; }

    /// <summary>Rows that it becomes.</summary>
    public IReadOnlyList<ScriptTrialResult>? Result { get; init; }
}
