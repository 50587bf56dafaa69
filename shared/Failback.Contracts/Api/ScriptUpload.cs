namespace Failback.Contracts.Api;

/// <summary>Body of an upload.</summary>
/// <param name="Source">TypeScript or JavaScript.</param>
/// <param name="Activate">Also activate it, in the same step.</param>
public sealed record ScriptUpload(string Source, bool Activate = false);
