namespace Failback.Contracts.Api;

/// <summary>The userscript: the active version, and those that the sinks run at the moment.</summary>
public sealed record ScriptStatus(long Version, IReadOnlyList<long> RunBySinks);
