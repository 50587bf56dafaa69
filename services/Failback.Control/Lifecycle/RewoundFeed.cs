using Failback.Contracts;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Control.Changefeeds;
using Failback.Control.Fleet;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Hosting.Secrets;
using Failback.Source;
using Microsoft.Extensions.Options;

namespace Failback.Control.Lifecycle;

/// <summary>The changefeed of a failback that was rewound: made by control, or told as a statement.</summary>
internal sealed class RewoundFeed(
    FeedKeeper keeper, FeedStore feeds, WebhookTokens tokens, TargetCatalogue catalogue, SecretBox box, IOptions<ControlOptions> options)
{
    /// <summary>Refuses where CockroachDB no longer keeps the changes since the timestamp.</summary>
    /// <exception cref="SourceException">It does not, or it does not answer.</exception>
    public async Task RequireKeptAsync(FailbackRecord failback, HlcTimestamp to, CancellationToken cancellationToken)
    {
        if (!failback.Definition.Shown.Changefeed.Managed) return;
        await using SourceCluster source = await OpenAsync(failback, cancellationToken);
        foreach (TableRoute table in failback.Tables)
            await FeedKeeper.RequireKeptAsync(table.Source, to.ToString(), source, cancellationToken);
    }

    /// <summary>Makes the feed, or returns the statement that makes it.</summary>
    public async Task<(string? Statement, string? JobId)> BeginAsync(
        FailbackRecord failback, HlcTimestamp to, CancellationToken cancellationToken)
    {
        FailbackDefinition definition = failback.Definition.Open(box);
        WebhookAddress address = WebhookAddress.Of(
            definition.Changefeed.Overrides, options.Value.PublicSinkUrl, failback.WebhookPath);
        if (!definition.Changefeed.Managed)
        {
            ChangefeedDefinition shown = failback.Definition.Shown.Changefeed with { Cursor = to.ToString() };
            shown = shown with { Overrides = shown.Overrides with { InitialScan = "no" } };
            return (ChangefeedStatement.Create(failback.Tables, shown, address), null);
        }

        // A cursor that the definition gives was for the first feed; stored as asked for, it does not overrule this one.
        feeds.Save(failback.Name, (feeds.Find(failback.Name) ?? new ManagedFeed()) with
        {
            Phase = FeedPhase.Cancelled,
            JobId = null,
            Digest = null,
            AskedCursor = definition.Changefeed.Cursor,
            HighWater = to.ToString(),
        });
        await using SourceCluster source = await OpenAsync(failback, cancellationToken);
        IReadOnlyList<TableRoute> watched = SourceSelection.ForFeed(
            failback, failback.Tables, await source.TablesAsync(cancellationToken));
        var plan = new FeedPlan(definition, watched, address, source.Version)
        {
            Before = SourceSelection.KeysDiffer(watched, await catalogue.DescribeAsync(failback, cancellationToken)),
            Header = tokens.Header(failback, definition),
        };
        return (null, (await keeper.EnsureAsync(failback, plan, source, cancellationToken)).Feed.JobId);
    }

    private Task<SourceCluster> OpenAsync(FailbackRecord failback, CancellationToken cancellationToken) =>
        SourceCluster.OpenAsync(failback.Definition.Open(box).Source!, options.Value.SourceTimeout, cancellationToken);
}
