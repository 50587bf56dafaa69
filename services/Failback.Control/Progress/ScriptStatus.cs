namespace Failback.Control.Progress;

/// <summary>The userscript: the active version, and those that the sinks run at the moment.</summary>
internal sealed record ScriptStatus(long Version, IReadOnlyList<long> RunBySinks);
