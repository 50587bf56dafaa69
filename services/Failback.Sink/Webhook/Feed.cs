using Failback.Contracts.Control;

namespace Failback.Sink.Webhook;

/// <summary>One failback as the webhook serves it.</summary>
internal sealed record Feed(FailbackSpec Spec, TopicRouter Router, FeedCounters Counters);
