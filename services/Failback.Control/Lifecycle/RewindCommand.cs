using System.Globalization;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Control.Api;
using Failback.Control.Changefeeds;
using Failback.Control.Continuity;
using Failback.Control.Fleet;
using Failback.Control.Journal;
using Failback.Control.Operations;
using Failback.Control.Progress;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Control.Steps;
using Failback.Control.Storage;
using Microsoft.Extensions.Options;

namespace Failback.Control.Lifecycle;

/// <summary>
/// Rewind: ends the feed, sets the checkpoints in the target under a new epoch, and gives the failback new queues, a new webhook address
/// and a feed that begins where the target is. Nothing of before reaches the new queues: the former owner is fenced, the former address is
/// not served, the former queues are deleted. Interrupted anywhere, the same call repeated arrives at the same end.
/// </summary>
internal sealed class RewindCommand(
    FailbackStore store, CheckpointClient checkpoints, WitnessBoard witnesses, ProgressBoard progress, FeedControl feeds,
    RewoundFeed feed, StepCalls calls, TableQueues queues, Announcer announcer, CommandLocks locks, IOptions<ControlOptions> options,
        TimeProvider time,
    ILogger<RewindCommand> log)
{
    /// <param name="name">Name of the failback.</param>
    /// <param name="wish">What the caller wants.</param>
    /// <param name="by">Who the caller is.</param>
    /// <param name="condition">Revision that the caller has seen.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<RewindAnswer> RewindAsync(
        string name, RewindRequest wish, string by, Precondition condition, CancellationToken cancellationToken)
    {
        using IDisposable turn = await locks.EnterAsync(name, cancellationToken);
        FailbackRecord failback = store.Require(name);
        condition.Check(failback);
        if (!wish.Preview && (wish.Reason is not { Length: >= 5 } || PlainText.HasControl(wish.Reason)))
            throw new ApiException(
                422, "reason_missing", "a rewind needs a reason of at least 5 characters on one line", "say why in reason; it is kept");
        RefuseWhileItRuns(failback);
        StepProgress.Report("reading the checkpoints");
        RewindPlan plan = RewindPlan.Of(
            failback, wish, await checkpoints.ReadAsync(failback, cancellationToken), witnesses.Of(name), time.GetUtcNow());
        await feed.RequireKeptAsync(failback, plan.To, cancellationToken);
        var answer = new RewindAnswer
        {
            Name = name,
            From = plan.From?.ToString(),
            To = plan.To.ToString(),
            Preview = wish.Preview,
        };
        if (wish.Preview) return answer;
        // What an interrupted start has left must not go on after this.
        calls.Replace(name);
        StepProgress.Report("ending the changefeed");
        await feeds.CancelAsync(failback, force: false, cancellationToken);
        StepProgress.Report("setting the checkpoints");
        IReadOnlyList<TableWitness> set = await checkpoints.RewindAsync(
            failback,
            new RewindCheckpoints(
                CheckpointClient.PlaceOf(failback), plan.Read, plan.SetBack, plan.To.ToString(), plan.Epoch, plan.Revision),
            cancellationToken);
        failback = await RenewAsync(failback, set, Told(plan, wish, by), cancellationToken);
        StepProgress.Report("making the changefeed");
        (string? statement, string? job) = await feed.BeginAsync(failback, plan.To, cancellationToken);
        return answer with
        {
            Statement = statement,
            JobId = job,
            WebhookUrl = WebhookAddress.Of(
                failback.Definition.Shown.Changefeed.Overrides, options.Value.PublicSinkUrl, failback.WebhookPath).Url,
        };
    }

    private void RefuseWhileItRuns(FailbackRecord failback)
    {
        if (failback.State == RunState.Paused) return;
        bool held = failback.State == RunState.Running && failback.Tables.Any(
            table => progress.Find(failback, table)?.Progress is { Trouble: ContinuityCodes.Broken } or { State: TableState.Stopped });
        if (held) return;
        throw new ApiException(
            409, "wrong_state", $"failback {failback.Name} is {failback.State.ToString().ToLowerInvariant()} and not held by anything",
            "pause it, then repeat the call");
    }

    /// <summary>New queues and a new address. The queues are there before anyone hears of them.</summary>
    private async Task<FailbackRecord> RenewAsync(
        FailbackRecord failback, IReadOnlyList<TableWitness> set, FailbackEvent told, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> former = store.Queues(failback.Name);
        string generation = time.GetUtcNow().ToUnixTimeMilliseconds().ToString("x", CultureInfo.InvariantCulture);
        FailbackRecord renewed = failback with
        {
            Generation = generation,
            GeneratedPath = WebhookAddress.NewPath(failback.Name),
            PathSuffix = "-" + generation,
        };
        renewed = renewed with
        {
            Tables = [.. renewed.Tables.Select(table => table with { Queue = renewed.QueueName(table.Target) })],
        };
        string[] fresh = [.. renewed.Tables.Select(table => table.Queue), renewed.UnknownTableQueue];
        StepProgress.Report("declaring queues", 0, fresh.Length);
        store.RememberQueues(failback.Name, fresh);
        await queues.DeclareAsync([.. renewed.Tables.Select(table => table.Queue)], renewed.UnknownTableQueue, cancellationToken);
        store.ConfirmQueues(failback.Name, fresh);
        TableWitness[] now = [.. set.Where(witness => renewed.Tables.Any(table => table.Target == witness.Table))];
        renewed = store.Save(renewed, transaction =>
        {
            WitnessStore.Replace(transaction, failback.Name, now);
            EventStore.Append(transaction, failback.Name, told with { Id = RevisionCounter.Next(transaction, time) });
        });
        witnesses.Forget(failback.Name);
        progress.Forget(failback.Name);
        ControlLog.StateChanged(log, renewed.Name, renewed.State, renewed.Revision);
        await announcer.TellAsync(renewed, cancellationToken);
        string[] gone = [.. former.Except(fresh, StringComparer.Ordinal)];
        if (gone.Length > 0) await queues.DeleteAsync(gone, cancellationToken);
        store.ForgetQueues(failback.Name, gone);
        return renewed;
    }

    private FailbackEvent Told(RewindPlan plan, RewindRequest wish, string by) => new()
    {
        Id = 0,
        At = time.GetUtcNow(),
        Type = "rewound",
        Message = $"{by} made the feed anew from {plan.To}; applied through {plan.From} before: {wish.Reason}",
    };
}
