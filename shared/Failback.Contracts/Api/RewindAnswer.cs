namespace Failback.Contracts.Api;

/// <summary>What a rewind did, or would do.</summary>
public sealed record RewindAnswer
{
    public required string Name { get; init; }

    /// <summary>Latest timestamp that the failback was known to be applied through; absent: none is known.</summary>
    public string? From { get; init; }

    /// <summary>Where the new feed begins: every change after it is sent again.</summary>
    public required string To { get; init; }

    /// <summary>True: nothing was done.</summary>
    public required bool Preview { get; init; }

    /// <summary>The statement that makes the feed; absent where control manages it, and in a preview.</summary>
    public string? Statement { get; init; }

    /// <summary>Job of the new changefeed; absent unless control manages it.</summary>
    public string? JobId { get; init; }

    /// <summary>Where the new feed posts to; the former address is not served any more. Absent in a preview.</summary>
    public string? WebhookUrl { get; init; }
}
