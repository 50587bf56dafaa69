namespace Failback.Contracts.Api;

/// <summary>A version of a userscript as the API shows it.</summary>
/// <param name="Version">1, 2, 3 … within the failback.</param>
/// <param name="Active">Sink and appliers run it.</param>
/// <param name="Sha256">SHA-256 of the source.</param>
/// <param name="Bytes">Size of the source.</param>
/// <param name="CreatedAt">When it was uploaded.</param>
public sealed record ScriptResource(long Version, bool Active, string Sha256, int Bytes, DateTimeOffset CreatedAt)
{
    /// <summary>The text; left out of lists.</summary>
    public string? Source { get; init; }

    /// <summary>Remarks, by line; they keep nothing from running.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>
    /// Tables that the script names and the failback does not have: rows for them follow onUnknownTable. Absent before the first start.
    /// </summary>
    public IReadOnlyList<string>? MissingTables { get; init; }
}
