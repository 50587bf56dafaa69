namespace Failback.Control.Journal;

/// <summary>A problem of a failback that lasts until it is solved.</summary>
internal sealed record Trouble(string Code, string? Table, string Message);
