using System.Text.Json;

namespace Failback.Contracts.Api;

/// <summary>A row that comes out.</summary>
/// <param name="Action"><c>upsert</c> or <c>delete</c>.</param>
/// <param name="Table">Table of the target, or as the script calls it where the failback has none of that name.</param>
public sealed record ScriptTrialResult(string Action, string Table)
{
    /// <summary>What an operator should know about it, such as that the failback lacks the table.</summary>
    public string? Note { get; init; }

    /// <summary>JSON array of the key.</summary>
    public JsonElement? Key { get; init; }

    /// <summary>The row; absent for a delete.</summary>
    public JsonElement? Row { get; init; }
}
