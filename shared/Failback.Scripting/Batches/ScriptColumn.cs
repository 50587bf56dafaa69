namespace Failback.Scripting.Batches;

/// <summary>A column of a target table, as a script may ask for it.</summary>
/// <param name="Name">In the catalogue's own case.</param>
/// <param name="Type">Base type, as the dialect spells it.</param>
/// <param name="IsKey">Part of the primary key.</param>
/// <param name="IsIgnored">Never written.</param>
public sealed record ScriptColumn(string Name, string Type, bool IsKey, bool IsIgnored);
