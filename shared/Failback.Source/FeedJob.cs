using Failback.Contracts;

namespace Failback.Source;

/// <summary>A changefeed job as CockroachDB shows it. Its status says whether it is wanted, not whether rows arrive.</summary>
/// <param name="Id">Job id, as text: it is larger than a JSON number may be.</param>
/// <param name="Status"><c>running</c>, <c>paused</c>, <c>failed</c> and so on.</param>
/// <param name="RunningStatus">Free text for people, such as <c>transient error: …</c>.</param>
/// <param name="HighWater">Everything at or before it was answered 2xx; null before the first.</param>
/// <param name="Error">Last terminal error.</param>
/// <param name="SinkUri">Sink URI, secrets redacted.</param>
/// <param name="Tables">Full names of the watched tables; empty where the server does not tell.</param>
public sealed record FeedJob(
    string Id, string Status, string RunningStatus, HlcTimestamp? HighWater, string Error, string SinkUri, IReadOnlyList<string> Tables)
{
    /// <summary>Its requests have an Authorization header; which, the server does not tell.</summary>
    public bool ShowsHeader { get; init; }

    /// <summary>Ended for good.</summary>
    public bool IsOver => Status is "canceled" or "failed" or "succeeded" or "revert-failed";

    /// <summary>On its way to its end.</summary>
    public bool IsEnding => Status is "cancel-requested" or "reverting";

    public bool IsPaused => Status is "paused" or "pause-requested";
}
