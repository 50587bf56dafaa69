namespace Failback.Contracts.Api;

/// <summary>A table that takes part.</summary>
public sealed record StartedTable(string Source, string Target, string Queue, IReadOnlyList<string> SourceKey);
