using Failback.Contracts.Api;
using Failback.Contracts;
using Failback.Contracts.Words;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Microsoft.Extensions.Options;

namespace Failback.Control.Changefeeds;

/// <summary>
/// What is wrong with a changefeed, judged by what arrives and only then by what the job says. Of one that is made by hand only what
/// arrives is known.
/// </summary>
internal sealed class FeedReport(IOptions<ControlOptions> options)
{
    /// <param name="feed">The feed.</param>
    /// <param name="lag">Age of the latest resolved timestamp that sink or appliers have seen; null: none.</param>
    public static FeedResource Show(ManagedFeed feed, TimeSpan? lag) => new()
    {
        JobId = feed.JobId,
        Status = feed.Status,
        RunningStatus = feed.RunningStatus,
        Error = feed.Error,
        Cursor = feed.StartedFrom ?? feed.Cursor,
        HighWater = feed.HighWater,
        FeedLagSeconds = Seconds(lag),
        Paused = feed.PausedByOperator,
        CreatedAt = feed.CreatedAt,
        CheckedAt = feed.CheckedAt,
        CheckError = feed.CheckError,
    };

    /// <summary>Returns an age as the API writes it, to the millisecond.</summary>
    public static double? Seconds(TimeSpan? age) => age is { } known ? Math.Round(known.TotalSeconds, 3) : null;

    /// <param name="failback">The failback.</param>
    /// <param name="feed">The changefeed that control manages; null: none.</param>
    /// <param name="arrived">Latest resolved timestamp that sink or appliers have seen; null: none.</param>
    /// <param name="now">Present.</param>
    /// <param name="listeningSince">From when on what arrives could be heard of.</param>
    public IEnumerable<Trouble> Troubles(
        FailbackRecord failback, ManagedFeed? feed, HlcTimestamp? arrived, DateTimeOffset now, DateTimeOffset listeningSince)
    {
        if (!failback.Definition.Shown.Changefeed.Managed)
        {
            if (!failback.IsStarted) yield break;
            foreach (Trouble trouble in ByHand(failback, arrived, now, listeningSince)) yield return trouble;
            yield break;
        }

        string start = $"failback start {failback.Name}";
        if (feed?.CheckError is { } problem)
            yield return new Trouble("source_unavailable", null, $"the changefeed's job cannot be looked at: {problem}")
            { Next = "see that CockroachDB answers at the address of source; control looks again by itself" };
        if (!failback.IsStarted) yield break;
        if (feed is not { Phase: FeedPhase.Created })
        {
            yield return new Trouble(
                "changefeed_missing", null, "the changefeed is not made yet: a start goes on, or was refused; call start again")
            { Next = start };
            yield break;
        }

        foreach (string table in feed.NewTables)
            yield return new Trouble(
                "new_source_table", table,
                $"{table} matches the filters and is not part of the failback: create it in the target, then call start?scanAdded=true, "
                    + $"which adds it with the rows it has; or exclude it by tableExclusionFilter")
            { Next = $"{start} --scan-added" };
        foreach (ChangedKey key in feed.ChangedKeys)
            yield return new Trouble(
                "source_key_changed", key.Table,
                $"the primary key of {key.Table} is ({string.Join(", ", key.Now)}) by now, the failback was started with "
                    + $"({string.Join(", ", key.Known)}): deletes since the change, up to the first other row with the new key, may have "
                    + $"met other rows of the target; compare these, then stop and start, which reads the new key")
            { Next = $"failback stop {failback.Name} && {start}" };
        foreach (Trouble trouble in Job(feed)) yield return trouble with { Next = trouble.Next ?? start };
        if (feed.Status == "running") foreach (Trouble trouble in Arrival(feed, arrived, now)) yield return trouble;
    }

    private static IEnumerable<Trouble> Job(ManagedFeed feed)
    {
        if (feed.Status is "paused" or "failed" && LostTable.Of(feed) is { } lost)
        {
            yield return lost;
            yield break;
        }

        string reason = feed.Error is { Length: > 0 } error
            ? error
            : feed.RunningStatus is { Length: > 0 } text
            ? text
            : "no reason is given";
        switch (feed.Status)
        {
            case "paused" when !feed.PausedByOperator:
                yield return new Trouble(
                    "changefeed_paused", null,
                    $"changefeed {feed.JobId} was paused on CockroachDB ({reason}); remove the cause and call start, which resumes it");
                break;
            case "failed" or "canceled" or "succeeded" or "unknown":
                yield return new Trouble(
                    "changefeed_" + feed.Status, null,
                    $"changefeed {feed.JobId} is over ({reason}); call start, which makes a new one from "
                        + $"{feed.HighWater ?? feed.Cursor ?? "the beginning"}");
                break;
            case "running" when feed.RunningStatus?.Contains("error", StringComparison.OrdinalIgnoreCase) == true:
                yield return new Trouble(
                    "changefeed_retrying", null, $"changefeed {feed.JobId} retries: {feed.RunningStatus}. {Likely(feed.RunningStatus)}")
                { Next = $"SHOW CHANGEFEED JOB {feed.JobId} on CockroachDB" };
                break;
        }
    }

    private IEnumerable<Trouble> Arrival(ManagedFeed feed, HlcTimestamp? arrived, DateTimeOffset now)
    {
        bool first = arrived is { } at && (!HlcTimestamp.TryParse(feed.StartedFrom, out HlcTimestamp start) || at > start);
        if (!first && feed.CreatedAt is { } created && now - created > options.Value.FirstResolvedWithin)
        {
            yield return new Trouble(
                TroubleCodes.NoFirstResolved, null,
                $"no resolved timestamp arrived in the {(now - created).TotalSeconds:0} s since changefeed {feed.JobId} began, although "
                    + $"its job says running. {Likely(feed.RunningStatus ?? "")}")
            { Since = created, Next = $"SHOW CHANGEFEED JOB {feed.JobId} on CockroachDB" };
        }
        else if (first && now - arrived!.Value.Time > options.Value.FeedLagWarning)
        {
            yield return new Trouble(
                TroubleCodes.FeedLagging, null,
                $"the last resolved timestamp is {(now - arrived.Value.Time).TotalSeconds:0} s old although the job says running; see "
                    + $"SHOW CHANGEFEED JOB {feed.JobId} on CockroachDB")
            { Since = arrived.Value.Time, Next = $"SHOW CHANGEFEED JOB {feed.JobId} on CockroachDB" };
        }
    }

    private IEnumerable<Trouble> ByHand(
        FailbackRecord failback, HlcTimestamp? arrived, DateTimeOffset now, DateTimeOffset listeningSince)
    {
        if (arrived is { } at)
        {
            if (now - at.Time <= options.Value.FeedLagWarning) yield break;
            yield return new Trouble(
                TroubleCodes.FeedLagging, null,
                $"the last resolved timestamp that arrived is {(now - at.Time).TotalSeconds:0} s old; the changefeed is made by hand, so "
                    + "that only CockroachDB knows why")
            { Since = at.Time, Next = "SHOW CHANGEFEED JOBS on CockroachDB: is it running, and what does it say of the sink?" };
            yield break;
        }

        DateTimeOffset since = failback.StateSince > listeningSince ? failback.StateSince : listeningSince;
        if (now - since <= options.Value.FirstResolvedWithin) yield break;
        yield return new Trouble(
            TroubleCodes.NoFirstResolved, null,
            $"no resolved timestamp arrived in {(now - since).TotalSeconds:0} s; the changefeed is made by hand: run the statement that "
                + "start has returned, and see that the CockroachDB nodes reach the webhook URL")
        { Since = since, Next = $"failback start {failback.Name} shows the statement again; SHOW CHANGEFEED JOBS on CockroachDB" };
    }

    private static string Likely(string runningStatus)
    {
        string text = runningStatus.ToUpperInvariant();
        if (text.Contains("X509", StringComparison.Ordinal) || text.Contains("CERTIFICATE", StringComparison.Ordinal)
            || text.Contains("TLS", StringComparison.Ordinal) || text.Contains("SSL", StringComparison.Ordinal))
            return "Likely: the sink's certificate is not valid for the host in the webhook URL, or its authority is not in ca_cert "
                + "(sink_query_parameters)";
        if (text.Contains("REFUSED", StringComparison.Ordinal) || text.Contains("NO SUCH HOST", StringComparison.Ordinal)
            || text.Contains("DEADLINE", StringComparison.Ordinal) || text.Contains("TIMEOUT", StringComparison.Ordinal)
            || text.Contains("UNREACHABLE", StringComparison.Ordinal))
            return "Likely: host and port of the webhook URL are not reachable from every CockroachDB node (localhost is the node "
                + "itself); set Failback__Control__PublicSinkUrl or changefeed.overrides.host and port";
        if (text.Contains("404", StringComparison.Ordinal))
            return "Likely: another sink listens there, or one that does not know this failback";
        if (text.Contains("503", StringComparison.Ordinal)) return "Likely: the broker is away or refuses; see the sink's log";
        return "Likely: the webhook URL is not reachable from the CockroachDB nodes (a firewall, localhost), or its certificate is not "
            + "trusted there; SHOW CHANGEFEED JOB tells";
    }
}
