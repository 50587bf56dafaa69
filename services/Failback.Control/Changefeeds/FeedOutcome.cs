using Failback.Contracts.Api;

namespace Failback.Control.Changefeeds;

/// <summary>What start did, and the feed as it stands.</summary>
internal sealed record FeedOutcome(FeedAction Action, ManagedFeed Feed);
