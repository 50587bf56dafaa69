namespace Failback.Contracts.Api;

/// <summary>Body of a rewind.</summary>
public sealed record RewindRequest
{
    /// <summary>Where the new feed begins, as <c>wall.logical</c>; absent: at the earliest checkpoint of the target.</summary>
    public string? To { get; init; }

    /// <summary>Tables of the target whose checkpoint goes back to <see cref="To"/> where it is later; absent: all.</summary>
    public IReadOnlyList<string>? Tables { get; init; }

    /// <summary>Why; kept with the events.</summary>
    public string? Reason { get; init; }

    /// <summary>Only tells what would be done.</summary>
    public bool Preview { get; init; }
}
