using System.Data.Common;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Control.Storage;
using Failback.Hosting.Secrets;
using Failback.Source;
using Microsoft.Extensions.Options;

namespace Failback.Control.Changefeeds;

/// <summary>
/// Looks at the jobs of managed changefeeds every few seconds: what they show is stored, feeds too many are cancelled, an interrupted stop
/// is finished.
/// </summary>
internal sealed class FeedWatcher(
    FailbackStore store, FeedStore feeds, FeedKeeper keeper, SecretBox box, CommandLocks locks, Leadership leadership,
        IOptions<ControlOptions> options, TimeProvider time, ILogger<FeedWatcher> log) : BackgroundService
{
    private static readonly TimeSpan Aftermath = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.ChangefeedInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (!leadership.Leads) continue;
            try
            {
                await LookAtAllAsync(stoppingToken);
            }
            catch (DbException e)
            {
                ControlLog.StateNotRead(log, e.GetType().Name);
            }
        }
    }

    private async Task LookAtAllAsync(CancellationToken cancellationToken)
    {
        IEnumerable<string> managed = store.All().Failbacks.Where(
            failback => failback.Definition.Shown.Changefeed.Managed && failback.State != RunState.Deleted)
            .Select(failback => failback.Name);
        await Task.WhenAll(managed.Select(name => LookAsync(name, cancellationToken)));
    }

    private async Task LookAsync(string name, CancellationToken cancellationToken)
    {
        // A command is at work on it: it looks by itself.
        if (await locks.TryEnterAsync(name, cancellationToken) is not { } turn) return;
        using (turn)
        {
            ManagedFeed? feed = feeds.Find(name);
            if (store.Find(name) is not { } failback || feed is null || feed.Phase == FeedPhase.None || IsOver(failback, feed)) return;
            try
            {
                await LookAsync(failback, feed, cancellationToken);
            }
            catch (Exception e) when (KnownProblem.Of(e) is not null && feed.Phase == FeedPhase.Cancelled)
            {
                // Looked at once more to be sure; a cluster that is gone meanwhile has no feed.
            }
            catch (Exception e) when (KnownProblem.Of(e) is not null)
            {
                if (feed.CheckError is null) ControlLog.FeedNotSeen(log, name, e.Message);
                feeds.Save(name, (feeds.Find(name) ?? feed) with { CheckError = e.Message });
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                ControlLog.FeedNotSeen(log, name, e.GetType().Name);
            }
        }
    }

    // A statement of a control that died or froze while another stopped the failback may be carried out later.
    private bool IsOver(FailbackRecord failback, ManagedFeed feed) =>
        feed.Phase == FeedPhase.Cancelled && (failback.State != RunState.Stopped || time.GetUtcNow() - failback.StateSince > Aftermath);

    private async Task LookAsync(FailbackRecord failback, ManagedFeed feed, CancellationToken cancellationToken)
    {
        FailbackDefinition definition = failback.Definition.Open(box);
        if (definition.Source is null) return;
        WebhookAddress address = WebhookAddress.Of(definition.Changefeed.Overrides, options.Value.PublicSinkUrl, failback.WebhookPath);
        await using SourceCluster source = await SourceCluster.OpenAsync(definition.Source, options.Value.SourceTimeout, cancellationToken);
        if (failback.State == RunState.Stopped)
        {
            if (feed.Phase != FeedPhase.Cancelled || await FeedJobs.AnyAsync(failback, address, source, cancellationToken))
                await keeper.CancelAllAsync(failback, address, source, cancellationToken);
            return;
        }

        await keeper.CancelOthersAsync(failback, address, source, cancellationToken);
        if (feed.JobId is not { } id) return;
        FeedJob? job = await source.JobAsync(id, cancellationToken);
        DateTimeOffset now = time.GetUtcNow();
        ManagedFeed seen = job is null ? feed with { Status = "unknown", CheckError = null, CheckedAt = now } : feed.With(job, now);
        if (seen.Status != feed.Status) ControlLog.FeedStatus(log, failback.Name, id, seen.Status!);
        bool due = feed.TablesCheckedAt is not { } checkedAt || now - checkedAt >= options.Value.NewTablesInterval;
        if (due)
        {
            IReadOnlyList<SourceTable> there = await source.TablesAsync(cancellationToken);
            HashSet<string> has = [.. failback.Tables.Select(table => table.Source)];
            seen = seen with
            {
                // A userscript may read tables that have no counterpart, and decides itself what to do with others.
                NewTables = failback.Script is null
                    ? [.. SourceSelection.Matching(definition, there).Where(name => !has.Contains(name))]
                    : [],
                ChangedKeys = ChangedKey.Of(failback.Tables, there),
                TablesCheckedAt = now,
            };
        }

        feeds.Save(failback.Name, seen);
    }
}
