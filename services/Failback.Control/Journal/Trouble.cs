namespace Failback.Control.Journal;

/// <summary>Something wrong.</summary>
internal sealed record Trouble(string Code, string? Table, string Message);
