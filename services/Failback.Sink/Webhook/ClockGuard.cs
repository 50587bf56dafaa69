using Failback.Contracts;
using Failback.Sink.Bodies;
using Failback.Sink.Feeds;
using Failback.Sink.Reading;
using Failback.Sink.Settings;
using Microsoft.Extensions.Options;

namespace Failback.Sink.Webhook;

/// <summary>
/// Refuses timestamps beyond what the clocks of CockroachDB's nodes may be ahead. A resolved timestamp moves the checkpoint, and a row's
/// timestamp decides which version is the newest: one that is far in the future would make everything after it old for ever. The
/// changefeed repeats the request, so a clock that is only a little fast costs a wait and no row.
/// </summary>
internal sealed class ClockGuard(IOptions<SinkOptions> options, TimeProvider time)
{
    /// <exception cref="RefusedException">A timestamp of the body lies in the future.</exception>
    internal void Check(Feed feed, ChangefeedBody content)
    {
        TimeSpan allowed = options.Value.MaxClockOffset;
        if (content.Latest <= HlcTimestamp.FromTime(time.GetUtcNow() + allowed)) return;
        string what = content.Resolved is null ? "a row's timestamp" : "a resolved timestamp";
        string reason = $"{what}, {content.Latest}, is more than {allowed.TotalSeconds:0.###} s ahead of the sink's clock: set the clocks "
            + "of CockroachDB's nodes and of the sink's machine, or stop what else sends to this webhook";
        feed.Counters.InFuture(reason);
        throw RefusedException.Unavailable(reason);
    }
}
