using Failback.Contracts.Api;
using Failback.Control.Api;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Source;

namespace Failback.Control.Changefeeds;

/// <summary>
/// Sees to it that a failback has exactly one changefeed, or none. It looks at the cluster first, stores what it is about to do and then
/// does it, so that the same call after a crash finds what was done and goes on. A statement of a process that has died may still be
/// carried out; after every creation, and at each look of the watch, the oldest feed stays and others are cancelled.
/// </summary>
internal sealed class FeedKeeper(FeedStore feeds, FeedJobs jobs, FeedTrust trust, TimeProvider time, ILogger<FeedKeeper> log)
{
    /// <summary>Notes the present of the cluster as the beginning, once, before anything else of the first start.</summary>
    public async Task TakeCursorAsync(FailbackRecord failback, SourceCluster source, CancellationToken cancellationToken)
    {
        ManagedFeed feed = feeds.Find(failback.Name) ?? new ManagedFeed();
        if (feed.Cursor is not null) return;
        feeds.Save(failback.Name, feed with { Cursor = await source.NowAsync(cancellationToken) });
    }

    /// <summary>Adopts, changes or creates the feed.</summary>
    public async Task<FeedOutcome> EnsureAsync(
        FailbackRecord failback, FeedPlan plan, SourceCluster source, CancellationToken cancellationToken)
    {
        ManagedFeed feed = feeds.Find(failback.Name) ?? new ManagedFeed();
        FeedJob[] mine = await FeedJobs.OfAsync(failback, plan.Address, source, cancellationToken);
        // Another job that is over may have served another failback at this address.
        foreach (FeedJob ended in mine.Where(job => job.IsOver && job.Id == feed.JobId))
            feed = feed with { HighWater = feed.With(ended, time.GetUtcNow()).HighWater };
        FeedJob? job = await jobs.SingleAsync(mine, source, cancellationToken);
        FeedAction action = FeedAction.Created;
        string? digest = job is not null && (feed.JobId == job.Id || feed.Phase == FeedPhase.Creating) ? feed.Digest : null;
        if (job is not null && !(digest is null ? await trust.IsTakenAsync(job, plan, cancellationToken) : digest == plan.Digest))
        {
            feed = await EndAsync(failback, job, feed, foreign: digest is null, plan, source, cancellationToken);
            (job, action) = (null, FeedAction.Recreated);
        }

        if (job is null) return new FeedOutcome(action, await CreateAsync(failback, plan, feed, source, cancellationToken));
        action = await FitAsync(job, plan, feed, source, cancellationToken);
        FeedJob now = await source.JobAsync(job.Id, cancellationToken) ?? job;
        ControlLog.FeedAdopted(log, failback.Name, job.Id);
        return new FeedOutcome(action, feeds.Save(failback.Name, feed.With(now, time.GetUtcNow()) with
        {
            Phase = FeedPhase.Created,
            JobId = job.Id,
            Digest = digest,
            CreatedAt = feed.JobId == job.Id ? feed.CreatedAt : time.GetUtcNow(),
        }));
    }

    // Only when it is certain that another can go on from where it is.
    private async Task<ManagedFeed> EndAsync(
        FailbackRecord failback, FeedJob job, ManagedFeed feed, bool foreign, FeedPlan plan, SourceCluster source,
        CancellationToken cancellationToken)
    {
        feed = feed.With(job, time.GetUtcNow());
        if (foreign && feed.HighWater is null && plan.Definition.Changefeed.Cursor is null)
        {
            throw new ApiException(
                409, "foreign_changefeed",
                $"changefeed {job.Id} posts to the webhook with no token that control knows of, the sink asks for one, and the feed has "
                    + $"no high water from which another could go on",
                $"PUT the definition with changefeed.cursor set to the cursor that changefeed {job.Id} was created with (SHOW CHANGEFEED "
                    + $"JOB {job.Id}), then repeat start: it is ended, and another with a token begins there");
        }

        if (plan.Start(feed).Cursor is { } from && plan.Tables.Count > 0)
            await RequireKeptAsync(plan.Tables[0].Source, from, source, cancellationToken);
        feed = feeds.Save(failback.Name, feed with { Phase = FeedPhase.Cancelling, JobId = job.Id });
        return feed.With(await jobs.CancelAsync(job, source, cancellationToken), time.GetUtcNow());
    }

    /// <summary>Refuses where the cluster no longer keeps the changes of a table since a timestamp.</summary>
    public static async Task RequireKeptAsync(string table, string from, SourceCluster source, CancellationToken cancellationToken)
    {
        try
        {
            await source.ReadAsOfAsync(table, from, cancellationToken);
        }
        catch (SourceException e) when (e.Code != SourceException.CursorTooOld && !e.IsUnavailable)
        {
            // The user may not read it, or it is new: the statement itself will tell.
        }
    }

    /// <summary>Cancels every feed of the failback and waits until they are over.</summary>
    public async Task CancelAllAsync(
        FailbackRecord failback, WebhookAddress address, SourceCluster source, CancellationToken cancellationToken)
    {
        ManagedFeed feed = feeds.Save(
            failback.Name, (feeds.Find(failback.Name) ?? new ManagedFeed()) with { Phase = FeedPhase.Cancelling });
        foreach (FeedJob job in await FeedJobs.OfAsync(failback, address, source, cancellationToken))
        {
            FeedJob over = job.IsOver ? job : await jobs.CancelAsync(job, source, cancellationToken);
            // The feed that carried the failback tells where the next begins, also when it was over already.
            if (!job.IsOver || job.Id == feed.JobId) feed = feed.With(over, time.GetUtcNow());
        }

        if (feed.Connection is { } connection) await DropAsync(connection, source, cancellationToken);
        feeds.Save(failback.Name, feed with { Phase = FeedPhase.Cancelled, PausedByOperator = false, Connection = null });
    }

    // It holds a private key, but nothing depends on its going: a refusal is said and no more.
    private async Task DropAsync(string connection, SourceCluster source, CancellationToken cancellationToken)
    {
        try
        {
            await source.DropConnectionAsync(connection, cancellationToken);
        }
        catch (SourceException e) when (!e.IsUnavailable)
        {
            ControlLog.ConnectionLeftBehind(log, connection, e.Message);
        }
    }

    /// <summary>Pauses or resumes the job.</summary>
    public async Task PauseAsync(FailbackRecord failback, bool pause, SourceCluster source, CancellationToken cancellationToken)
    {
        if (feeds.Find(failback.Name) is not { JobId: { } id } feed) return;
        feed = feeds.Save(failback.Name, feed with { PausedByOperator = pause });
        FeedJob? job = await source.JobAsync(id, cancellationToken);
        if (job is null || job.IsOver || job.IsPaused == pause) return;
        await source.ControlAsync(pause ? "PAUSE" : "RESUME", id, cancellationToken);
        feeds.Save(
            failback.Name,
            feed.With(
                await jobs.UntilAsync(id, job => pause ? job.Status == "paused" : !job.IsPaused, source, cancellationToken),
                time.GetUtcNow()));
    }

    /// <summary>Feeds beside the one that counts: none but after a crash at the wrong moment.</summary>
    public async Task CancelOthersAsync(
        FailbackRecord failback, WebhookAddress address, SourceCluster source, CancellationToken cancellationToken) =>
        await jobs.SingleAsync(await FeedJobs.OfAsync(failback, address, source, cancellationToken), source, cancellationToken);

    /// <summary>Pauses the feed when tables are to be added to it; <c>EnsureAsync</c> adds them and lets it go on.</summary>
    public async Task HoldForAddedAsync(FailbackRecord failback, FeedPlan plan, SourceCluster source, CancellationToken cancellationToken)
    {
        foreach (FeedJob job in (await FeedJobs.OfAsync(failback, plan.Address, source, cancellationToken)).Where(
            job => !job.IsOver && !job.IsEnding && plan.Differences(job) is { Added.Count: > 0 }))
            await jobs.PauseAsync(job, source, cancellationToken);
    }

    private async Task<ManagedFeed> CreateAsync(
        FailbackRecord failback, FeedPlan plan, ManagedFeed feed, SourceCluster source, CancellationToken cancellationToken)
    {
        FeedStart start = plan.Start(feed);
        string? connection = plan.UsesConnection ? plan.Address.ConnectionName(FeedJobs.IsByPath(failback, plan.Address)) : null;
        feed = feeds.Save(failback.Name, feed with
        {
            Phase = FeedPhase.Creating,
            JobId = null,
            StartedFrom = start.Cursor,
            AskedCursor = plan.Definition.Changefeed.Cursor,
            Digest = plan.Digest,
            Connection = connection ?? feed.Connection,
            PausedByOperator = false,
            // A beginning that the operator chose anew is not overruled by what an earlier feed had reached.
            HighWater = start.Cursor == feed.HighWater ? feed.HighWater : null,
        });
        ControlLog.CreatingChangefeed(log, failback.Name, managed: true);
        if (connection is not null) await source.PutConnectionAsync(connection, plan.SinkUri, cancellationToken);
        string id = await source.CreateAsync(plan.Statement(start, connection), cancellationToken);
        FeedJob job = await jobs.SingleAsync(
            await FeedJobs.OfAsync(failback, plan.Address, source, cancellationToken), source, cancellationToken)
            ?? throw new ApiException(
                409, "changefeed_ended", $"changefeed {id} ended as soon as it was created",
                $"look at SHOW CHANGEFEED JOB {id} on CockroachDB");
        ControlLog.FeedCreated(log, failback.Name, job.Id, start.Cursor ?? "");
        return feeds.Save(
            failback.Name,
            feed.With(job, time.GetUtcNow()) with { Phase = FeedPhase.Created, JobId = job.Id, CreatedAt = time.GetUtcNow() });
    }

    // Tables as wanted, and running unless an operator wants it paused; also when the tables are refused.
    private async Task<FeedAction> FitAsync(
        FeedJob job, FeedPlan plan, ManagedFeed feed, SourceCluster source, CancellationToken cancellationToken)
    {
        FeedAction action = FeedAction.Adopted;
        if (plan.Differences(job) is { } differences && (differences.Added.Count > 0 || differences.Dropped.Count > 0))
        {
            await jobs.PauseAsync(job, source, cancellationToken);
            try
            {
                await source.AlterAsync(job.Id, differences.Added, differences.Dropped, plan.ScanAdded, cancellationToken);
            }
            catch (SourceException e) when (!e.IsUnavailable)
            {
                await ResumeAsync(job.Id, feed, source, cancellationToken);
                throw;
            }

            action = FeedAction.Altered;
        }

        await ResumeAsync(job.Id, feed, source, cancellationToken);
        return action;
    }

    private async Task ResumeAsync(string id, ManagedFeed feed, SourceCluster source, CancellationToken cancellationToken)
    {
        if (feed.PausedByOperator || await source.JobAsync(id, cancellationToken) is not { IsPaused: true }) return;
        await jobs.UntilAsync(id, now => now.Status != "pause-requested", source, cancellationToken);
        await source.ControlAsync("RESUME", id, cancellationToken);
    }
}
