using Failback.Contracts.Control;
using Failback.Messaging.ControlPlane;
using Failback.Messaging.Publishing;
using Failback.Sink.Feeds;
using Failback.Sink.Settings;
using Microsoft.Extensions.Options;

namespace Failback.Sink.Publishing;

/// <summary>Says that this sink lives, whether it takes rows, and by which revision it serves each failback.</summary>
internal sealed class SinkPulse(FeedDirectory feeds, FailbackDirectory failbacks, TablePublisher publisher, IOptions<SinkOptions> options)
    : IPulseSource
{
    public ServicePulse Take(string service)
    {
        // Looked at before what is served: a failback that has just come is then missing rather than shown as one without a feed.
        IReadOnlyCollection<FailbackSpec> known = failbacks.Current;
        Dictionary<string, Feed> served = feeds.Served.ToDictionary(feed => feed.Spec.Name, StringComparer.Ordinal);
        return new ServicePulse(service, options.Value.Replica)
        {
            Problem = feeds.Loaded ? publisher.Problem : "control has not told the failbacks yet",
            Failbacks = [.. known.OrderBy(spec => spec.Name, StringComparer.Ordinal).Select(spec => Of(spec, served))],
        };
    }

    private static FailbackStanding Of(FailbackSpec spec, Dictionary<string, Feed> served) =>
        served.TryGetValue(spec.Name, out Feed? feed)
            ? new FailbackStanding(spec.Name, feed.Spec.Revision, feed.Spec.State) { IsAtWork = feed.Counters.Active > 0 }
            : new FailbackStanding(spec.Name, spec.Revision, spec.State)
            {
                Problem = "no webhook is served for it: another failback has its path, or a name of a table cannot be read",
            };
}
