namespace Failback.Scripting.Batches;

/// <summary>A column of a target table, as scripts see it.</summary>
/// <param name="Name">Name in the case of the catalogue.</param>
/// <param name="Type">Base type in the spelling of the dialect.</param>
/// <param name="IsKey">True for a column of the primary key.</param>
/// <param name="IsIgnored">True for a column that is never written.</param>
public sealed record ScriptColumn(string Name, string Type, bool IsKey, bool IsIgnored);
