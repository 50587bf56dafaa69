namespace Failback.Contracts.Api;

/// <summary>Body of a call on many letters.</summary>
public sealed record BulkRequest
{
    /// <summary>Which; only open ones unless it says otherwise.</summary>
    public LetterQuery Filter { get; init; } = new();

    /// <summary>Why; needed for a discard.</summary>
    public string? Reason { get; init; }

    /// <summary>Only count.</summary>
    public bool Preview { get; init; }
}
