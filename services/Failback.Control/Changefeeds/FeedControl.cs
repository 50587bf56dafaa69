using Failback.Contracts.Api;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Hosting.Secrets;
using Failback.Source;
using Microsoft.Extensions.Options;

namespace Failback.Control.Changefeeds;

/// <summary>What pause, resume, stop and delete do about a managed changefeed; nothing where none was begun.</summary>
internal sealed class FeedControl(
    FeedStore feeds, FeedKeeper keeper, SecretBox box, IOptions<ControlOptions> options, ILogger<FeedControl> log)
{
    public async Task PauseAsync(FailbackRecord failback, bool pause, CancellationToken cancellationToken)
    {
        if (Begun(failback) is not { } feed || (!pause && !feed.PausedByOperator)) return;
        await using SourceCluster source = await OpenAsync(failback, cancellationToken);
        await keeper.PauseAsync(failback, pause, source, cancellationToken);
    }

    /// <param name="force">Go on when the cluster does not answer; the watch cancels the feed later.</param>
    public async Task CancelAsync(FailbackRecord failback, bool force, CancellationToken cancellationToken)
    {
        if (Begun(failback) is not { } feed) return;
        try
        {
            await CancelAsync(failback, cancellationToken);
        }
        catch (SourceException e) when (e.IsUnavailable)
        {
            if (!force)
                throw new SourceException(
                    e.Code, e.Message,
                    "repeat the call once CockroachDB answers, or with ?force=true: the changefeed is then cancelled when it answers "
                        + "again");
            feeds.Save(failback.Name, feed with { Phase = FeedPhase.Cancelling, CheckError = e.Message });
        }
    }

    /// <summary>Cancels the feed of a failback that is being deleted.</summary>
    /// <returns>The feed that could not be reached, which the log names, too; null: none is left.</returns>
    public async Task<string?> CancelForGoodAsync(FailbackRecord failback, CancellationToken cancellationToken)
    {
        if (Begun(failback) is not { } feed) return null;
        try
        {
            await CancelAsync(failback, cancellationToken);
            return null;
        }
        catch (SourceException e)
        when (e.Code is SourceException.Unavailable or "source_login" or "source_database" or "source_url" or "source_settings")
        {
            string left = feed.JobId ?? "with the path " + failback.WebhookPath;
            ControlLog.FeedLeftBehind(log, failback.Name, left);
            return left;
        }
    }

    private ManagedFeed? Begun(FailbackRecord failback) =>
        failback.Definition.Shown.Changefeed.Managed
        && feeds.Find(failback.Name) is { Phase: not (FeedPhase.None or FeedPhase.Cancelled) } feed ? feed : null;

    private async Task CancelAsync(FailbackRecord failback, CancellationToken cancellationToken)
    {
        FailbackDefinition definition = failback.Definition.Open(box);
        await using SourceCluster source = await OpenAsync(failback, cancellationToken);
        WebhookAddress address = WebhookAddress.Of(definition.Changefeed.Overrides, options.Value.PublicSinkUrl, failback.WebhookPath);
        await keeper.CancelAllAsync(failback, address, source, cancellationToken);
    }

    private Task<SourceCluster> OpenAsync(FailbackRecord failback, CancellationToken cancellationToken) =>
        SourceCluster.OpenAsync(failback.Definition.Open(box).Source!, options.Value.SourceTimeout, cancellationToken);
}
