namespace Failback.Contracts.Api;

/// <summary>Something wrong.</summary>
public sealed record Trouble(string Code, string? Table, string Message);
