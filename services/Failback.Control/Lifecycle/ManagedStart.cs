using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Control.Changefeeds;
using Failback.Control.Registry;
using Failback.Control.Steps;
using Failback.Source;

namespace Failback.Control.Lifecycle;

/// <summary>
/// Start of a failback whose changefeed control manages. The cursor comes first: every change written from then on is sent. While it runs
/// already, rows of tables that are left out go on arriving until the feed is changed, so they take part until then.
/// </summary>
internal sealed class ManagedStart(StartSteps kind, StepRun run, FailbackDefinition definition, SourceCluster source) : StepWork
{
    private const string Ensure = "creating or adopting the changefeed";

    private IReadOnlyList<TableRoute>? _tables = run.IsDone(StartSteps.Choose) ? run.Evidence<TableRoute[]>(StartSteps.Choose) : null;
    private FeedPlan? _plan;
    private FeedOutcome? _outcome;

    public override IReadOnlyList<Step> Steps =>
    [
        Step.Proven("taking the cursor", () => kind.Feeds.Find(run.Failback)?.Cursor, TakeCursorAsync),
        kind.Check(run),
        Step.Repeated(StartSteps.Choose, ChooseAsync),
        kind.Declare(run, Meanwhile),
        Step.Repeated("holding the changefeed for added tables", HoldAsync),
        kind.Run(run, Meanwhile),
        kind.Tell(run),
        Step.Repeated(Ensure, EnsureAsync),
        Step.Repeated("looking for rows of tables left out", LookForRowsAsync),
        kind.Run(run, () => _tables!, "leaving out tables"),
        Step.Proven("forgetting the former token", ForgottenToken, ForgetTokenAsync),
        kind.Tell(run, "telling the services of the end"),
    ];

    public override object Result(StepRun complete)
    {
        FailbackRecord failback = kind.Store.Require(run.Failback);
        return StartSteps.Answer(failback, kind.Address(failback, definition)) with
        {
            Action = complete.Evidence<Ensured>(Ensure).Action,
            Changefeed = FeedReport.Show(kind.Feeds.Find(run.Failback)!, null),
        };
    }

    public override async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await base.DisposeAsync();
    }

    private IReadOnlyList<TableRoute> Meanwhile() => run.From.State == RunState.Running
        ? [.. _tables!, .. kind.Store.Require(run.Failback).Tables.ExceptBy(
            _tables!.Select(table => table.Queue), table => table.Queue, StringComparer.Ordinal)]
        : _tables!;

    private Task TakeCursorAsync(CancellationToken cancellationToken) =>
        kind.Keeper.TakeCursorAsync(kind.Store.Require(run.Failback), source, cancellationToken);

    private async Task<object?> ChooseAsync(CancellationToken cancellationToken)
    {
        FailbackRecord failback = kind.Store.Require(run.Failback);
        IReadOnlyList<SourceTable> there = await source.TablesAsync(cancellationToken);
        IReadOnlyList<TargetTableSummary> target = await kind.Catalogue.DescribeAsync(failback, cancellationToken);
        _tables = SourceSelection.Choose(failback, there, target);
        _plan = Plan(failback, there, target);
        if (failback.State != RunState.Running) await kind.RefuseStrandedRowsAsync(failback, _tables, cancellationToken);
        return _tables;
    }

    // Before the services hear of tables that join: their rows come from the time that the feed has reached, and would be older than a
    // resolved timestamp that such a table has seen.
    private async Task HoldAsync(CancellationToken cancellationToken)
    {
        if (run.From.State != RunState.Running) return;
        FailbackRecord failback = kind.Store.Require(run.Failback);
        await kind.Keeper.HoldForAddedAsync(failback, await PlanAsync(failback, cancellationToken), source, cancellationToken);
    }

    private async Task<object?> EnsureAsync(CancellationToken cancellationToken)
    {
        FailbackRecord failback = kind.Store.Require(run.Failback);
        _outcome = await kind.Keeper.EnsureAsync(failback, await PlanAsync(failback, cancellationToken), source, cancellationToken);
        // A process that was frozen in between may have lost its turn: what another command has stopped does not run.
        if (kind.Store.Find(failback.Name)?.Revision != failback.Revision) throw FailbackStore.Changed(failback.Name);
        return new Ensured(_outcome.Action, _outcome.Feed.JobId, _outcome.Feed.Digest == _plan!.Digest);
    }

    private Task LookForRowsAsync(CancellationToken cancellationToken) =>
        kind.RefuseStrandedRowsAsync(kind.Store.Require(run.Failback), _tables!, cancellationToken);

    // A feed that control made with the present token shows no other.
    private object? ForgottenToken() =>
        kind.Store.Require(run.Failback).WebhookToken is { Former: not null } && Recorded() is { ShowsToken: true }
        ? null
        : new { forgotten = true };

    private Task ForgetTokenAsync(CancellationToken cancellationToken)
    {
        FailbackRecord failback = kind.Store.Require(run.Failback);
        kind.Store.Save(failback with { WebhookToken = failback.WebhookToken! with { Former = null } });
        return Task.CompletedTask;
    }

    private Ensured Recorded() => _outcome is { } outcome
        ? new Ensured(outcome.Action, outcome.Feed.JobId, outcome.Feed.Digest == _plan!.Digest)
        : run.Evidence<Ensured>(Ensure);

    private async Task<FeedPlan> PlanAsync(FailbackRecord failback, CancellationToken cancellationToken) => _plan ??= Plan(
        failback, await source.TablesAsync(cancellationToken), await kind.Catalogue.DescribeAsync(failback, cancellationToken));

    private FeedPlan Plan(FailbackRecord failback, IReadOnlyList<SourceTable> there, IReadOnlyList<TargetTableSummary> target)
    {
        IReadOnlyList<TableRoute> watched = SourceSelection.ForFeed(failback, _tables!, there);
        return new FeedPlan(definition, watched, kind.Address(failback, definition), source.Version)
        {
            Before = SourceSelection.KeysDiffer(watched, target),
            Header = kind.Tokens.Header(failback, definition),
            ScanAdded = run.Asked<StartWish>().ScanAdded,
        };
    }

    /// <summary>Evidence of the changefeed.</summary>
    /// <param name="Action">What was done.</param>
    /// <param name="JobId">Its job.</param>
    /// <param name="ShowsToken">Control made it with the present token.</param>
    private sealed record Ensured(FeedAction Action, string? JobId, bool ShowsToken);
}
