namespace Failback.Messaging.Publishing;

/// <summary>The outcome of a publication.</summary>
public enum PublishOutcome
{
    /// <summary>The broker has stored the message on disk.</summary>
    Confirmed,

    /// <summary>The broker said no to this queue: it is full, or it does not exist.</summary>
    Refused,

    /// <summary>The broker is away, blocked or too slow; whether the message arrived is unknown.</summary>
    Unavailable,
}

/// <summary>How a publication ended, and why when it did not succeed; the reason holds neither row data nor secrets.</summary>
public readonly record struct PublishResult(PublishOutcome Outcome, string Reason)
{
    /// <summary>The broker has stored the message on disk.</summary>
    public static readonly PublishResult Confirmed = new(PublishOutcome.Confirmed, "");

    /// <summary>True when the broker has stored the message on disk.</summary>
    public bool IsConfirmed => Outcome == PublishOutcome.Confirmed;

    internal static PublishResult Unavailable(string reason) => new(PublishOutcome.Unavailable, reason);

    internal static PublishResult Refused(string reason) => new(PublishOutcome.Refused, reason);
}
