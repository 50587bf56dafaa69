using Failback.Contracts;

namespace Failback.Source;

/// <summary>
/// A changefeed job as <c>SHOW CHANGEFEED JOBS</c> shows it (https://www.cockroachlabs.com/docs/stable/show-jobs). Its status tells
/// whether it is meant to run, not whether rows arrive.
/// </summary>
/// <param name="Id">Job id as text, because it exceeds the integers that JSON numbers keep exactly.</param>
/// <param name="Status"><c>running</c>, <c>paused</c>, <c>failed</c> and so on.</param>
/// <param name="RunningStatus">Free text for people, such as <c>transient error: …</c>.</param>
/// <param name="HighWater">Changes up to this time were answered 2xx; null before the first resolved timestamp.</param>
/// <param name="Error">Last terminal error.</param>
/// <param name="SinkUri">Sink URI with redacted secrets.</param>
/// <param name="Tables">Full names of the watched tables; empty when the server does not show them.</param>
public sealed record FeedJob(
    string Id, string Status, string RunningStatus, HlcTimestamp? HighWater, string Error, string SinkUri, IReadOnlyList<string> Tables)
{
    /// <summary>True when its requests have an Authorization header; the server does not show its value.</summary>
    public bool ShowsHeader { get; init; }

    /// <summary>True when the job has ended and cannot be resumed.</summary>
    public bool IsOver => Status is "canceled" or "failed" or "succeeded" or "revert-failed";

    /// <summary>True when the job is being cancelled or reverted.</summary>
    public bool IsEnding => Status is "cancel-requested" or "reverting";

    public bool IsPaused => Status is "paused" or "pause-requested";
}
