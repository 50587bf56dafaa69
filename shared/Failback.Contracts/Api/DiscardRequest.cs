namespace Failback.Contracts.Api;

/// <summary>Body of a discard.</summary>
public sealed record DiscardRequest(string? Reason = null);
