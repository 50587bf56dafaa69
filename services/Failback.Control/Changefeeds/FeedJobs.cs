using Failback.Control.Api;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Source;

namespace Failback.Control.Changefeeds;

/// <summary>The changefeed jobs of a failback at the cluster: which there are, and waiting until one is as it should be.</summary>
internal sealed class FeedJobs(TimeProvider time, ILogger<FeedJobs> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    /// <summary>Returns the jobs that post to the failback's webhook, the oldest first, those that are over among them.</summary>
    public static async Task<FeedJob[]> OfAsync(
        FailbackRecord failback, WebhookAddress address, SourceCluster source, CancellationToken cancellationToken) =>
        address.Received(await source.JobsAsync(cancellationToken), IsByPath(failback, address));

    /// <summary>Returns true when some job of the failback is not over.</summary>
    public static async Task<bool> AnyAsync(
        FailbackRecord failback, WebhookAddress address, SourceCluster source, CancellationToken cancellationToken) =>
        (await OfAsync(failback, address, source, cancellationToken)).Any(job => !job.IsOver);

    /// <summary>Returns true when the path of the webhook is known to control and the cluster only, so that it decides alone.</summary>
    public static bool IsByPath(FailbackRecord failback, WebhookAddress address) => address.Path == failback.GeneratedPath;

    /// <summary>
    /// Returns the oldest job that goes on, after cancelling younger ones and waiting for those that are ending; null when none goes on.
    /// </summary>
    public async Task<FeedJob?> SingleAsync(IEnumerable<FeedJob> jobs, SourceCluster source, CancellationToken cancellationToken)
    {
        FeedJob? single = null;
        foreach (FeedJob job in jobs.Where(job => !job.IsOver))
        {
            if (job.IsEnding) await UntilAsync(job.Id, now => now.IsOver, source, cancellationToken);
            else if (single is null) single = job;
            else await CancelAsync(job, source, cancellationToken);
        }

        return single;
    }

    /// <summary>Pauses a job and waits until it is paused.</summary>
    public async Task PauseAsync(FeedJob job, SourceCluster source, CancellationToken cancellationToken)
    {
        if (!job.IsPaused) await source.ControlAsync("PAUSE", job.Id, cancellationToken);
        await UntilAsync(job.Id, now => now.Status == "paused", source, cancellationToken);
    }

    /// <summary>Cancels a job, waits until it is over and returns it as it ended.</summary>
    public async Task<FeedJob> CancelAsync(FeedJob job, SourceCluster source, CancellationToken cancellationToken)
    {
        if (!job.IsEnding)
        {
            try
            {
                await source.ControlAsync("CANCEL", job.Id, cancellationToken);
            }
            catch (SourceException e) when (!e.IsUnavailable && e.Message.Contains("cannot be requested", StringComparison.Ordinal))
            {
                // It ended by itself meanwhile, which is looked at below.
                ControlLog.FeedEndedItself(log, job.Id, e.Message);
            }
        }

        return await UntilAsync(job.Id, now => now.IsOver, source, cancellationToken);
    }

    /// <summary>Waits until a job is as it should be; one that the cluster has forgotten counts as cancelled.</summary>
    /// <exception cref="ApiException">It is not in 20 s (503); the same call goes on from there.</exception>
    public async Task<FeedJob> UntilAsync(
        string id, Func<FeedJob, bool> reached, SourceCluster source, CancellationToken cancellationToken)
    {
        long since = time.GetTimestamp();
        while (true)
        {
            FeedJob? job = await source.JobAsync(id, cancellationToken);
            if (job is null) return new FeedJob(id, "canceled", "", null, "", "", []);
            if (reached(job)) return job;
            if (time.GetElapsedTime(since) > Patience)
                throw new ApiException(
                    503, "changefeed_slow", $"changefeed {id} is still {job.Status} after {Patience.TotalSeconds:0} s",
                    "repeat the call; it goes on from there");
            await Task.Delay(Between, time, cancellationToken);
        }
    }
}
