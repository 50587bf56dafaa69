using System.Text.Json;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Changefeeds;
using Failback.Control.Fleet;
using Failback.Control.Operations;
using Failback.Control.Preflight;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Hosting.Secrets;
using Failback.Source;
using Microsoft.Extensions.Options;

namespace Failback.Control.Lifecycle;

/// <summary>
/// Start: choose the tables, note and declare their queues, then set the state, then tell everyone. Interrupted anywhere, the same call
/// repeated arrives at the same end: queue names follow from the definition, declaring what exists changes nothing, and the state is set
/// only when all queues are there.
/// </summary>
internal sealed class StartCommand(
    FailbackStore store,
    SecretBox box,
    WebhookTokens tokens,
    TargetCatalogue catalogue,
    TableQueues tableQueues,
    Announcer announcer,
    FeedKeeper keeper,
    PreflightCommand preflight,
    CommandLocks locks,
    IOptions<ControlOptions> options,
    TimeProvider time,
    ILogger<StartCommand> log)
{
    /// <param name="name">Name of the failback.</param>
    /// <param name="skip">Reason to leave checks out; null: none are.</param>
    /// <param name="codes">Codes of the checks that are left out, separated by commas; null: all.</param>
    /// <param name="scanAdded">The rows that tables added to a running changefeed have are to be sent.</param>
    /// <param name="condition">Revision that the caller has seen.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<StartAnswer> StartAsync(
        string name, string? skip, string? codes, bool scanAdded, Precondition condition, CancellationToken cancellationToken)
    {
        using IDisposable turn = await locks.EnterAsync(name, cancellationToken);
        FailbackRecord failback = store.Require(name);
        condition.Check(failback);
        if (failback.State == RunState.Paused)
            throw new ApiException(409, "paused", $"failback {name} is paused", "call resume");
        if (skip is { Length: < 5 })
            throw new ApiException(
                422, "reason_missing", "skip needs a reason of at least 5 characters", "say why: ?skip=<reason>; it is logged");
        if (codes is not null && skip is null)
            throw new ApiException(422, "reason_missing", "codes are left out for a reason only", "say why: ?skip=<reason>&codes=<codes>");
        FailbackDefinition definition = failback.Definition.Open(box);
        // Defined by a release that knew no tokens.
        if (failback.WebhookToken is null && tokens.For(definition, null) is { } first)
            failback = store.Save(failback with { WebhookToken = first });
        ControlLog.StartingReplicator(log, name);
        ControlLog.StagingName(log, failback.StagingSchema, name);
        if (skip is not null) ControlLog.PreflightSkipped(log, name, codes ?? "all", skip);
        if (!definition.Changefeed.Managed)
        {
            await CheckAsync(failback, skip, codes, cancellationToken);
            return await StartByHandAsync(failback, definition, cancellationToken);
        }

        await using SourceCluster source = await SourceCluster.OpenAsync(
            definition.Source!, options.Value.SourceTimeout, cancellationToken);
        OperationSteps.Report("taking the cursor");
        // The cursor first: whatever is written from now on will be sent.
        await keeper.TakeCursorAsync(failback, source, cancellationToken);
        await CheckAsync(failback, skip, codes, cancellationToken);
        return await StartManagedAsync(failback, definition, scanAdded, source, cancellationToken);
    }

    // What runs already is only brought into line.
    private Task CheckAsync(FailbackRecord failback, string? skip, string? codes, CancellationToken cancellationToken)
    {
        OperationSteps.Report("checking");
        return failback.State == RunState.Running || (skip is not null && codes is null)
            ? Task.CompletedTask
            : preflight.RefuseAsync(
                failback, codes?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                ?? [], cancellationToken);
    }

    private async Task<StartAnswer> StartByHandAsync(
        FailbackRecord failback, FailbackDefinition definition, CancellationToken cancellationToken)
    {
        IReadOnlyList<TableRoute> tables = failback.State == RunState.Running
            ? failback.Tables
            : TableSelection.Choose(failback, await catalogue.DescribeAsync(failback, cancellationToken));
        await RefuseStrandedRowsAsync(failback, tables, cancellationToken);
        await DeclareAsync(failback, tables, cancellationToken);
        ControlLog.CreatingChangefeed(log, failback.Name, managed: false);
        failback = await RunAsync(failback, tables, cancellationToken);
        WebhookAddress address = Address(failback, definition);
        return Answer(failback, address) with
        {
            Statement = ChangefeedStatement.Create(tables, failback.Definition.Shown.Changefeed, address),
            Steps = ChangefeedStatement.Steps(failback.Definition.Shown.Changefeed),
        };
    }

    // The sink accepts before the feed is made.
    private async Task<StartAnswer> StartManagedAsync(
        FailbackRecord failback, FailbackDefinition definition, bool scanAdded, SourceCluster source, CancellationToken cancellationToken)
    {
        IReadOnlyList<SourceTable> there = await source.TablesAsync(cancellationToken);
        IReadOnlyList<TargetTableSummary> target = await catalogue.DescribeAsync(failback, cancellationToken);
        IReadOnlyList<TableRoute> tables = SourceSelection.Choose(failback, there, target);
        // While it runs, rows of tables that are left out go on arriving until the feed is changed.
        IReadOnlyList<TableRoute> both = failback.State == RunState.Running
            ? [.. tables, .. failback.Tables.ExceptBy(tables.Select(table => table.Queue), table => table.Queue, StringComparer.Ordinal)]
            : tables;
        if (failback.State != RunState.Running) await RefuseStrandedRowsAsync(failback, tables, cancellationToken);
        await DeclareAsync(failback, both, cancellationToken);
        WebhookAddress address = Address(failback, definition);
        IReadOnlyList<TableRoute> watched = SourceSelection.ForFeed(failback, tables, there);
        var plan = new FeedPlan(
            definition, watched, address, source.Version)
        {
            Before = SourceSelection.KeysDiffer(watched, target),
            Header = tokens.Header(failback, definition),
            ScanAdded = scanAdded
        };
        // Before anybody knows of the tables that join: their rows come from the time that the feed has reached, and would be old news
        // to a table that has seen that resolved timestamp.
        if (failback.State == RunState.Running) await keeper.HoldForAddedAsync(failback, plan, source, cancellationToken);
        FailbackRecord before = failback;
        failback = await RunAsync(failback, both, cancellationToken);
        FeedOutcome outcome;
        OperationSteps.Report("creating or adopting the changefeed");
        try
        {
            outcome = await keeper.EnsureAsync(failback, plan, source, cancellationToken);
        }
        catch (Exception e) when (KnownProblem.Of(e) is { Status: >= 400 and < 500 } && before.State != RunState.Running)
        {
            // Refused for good: nothing runs, so nothing should look as if it did.
            await announcer.TellAsync(
                store.Save(failback with { State = before.State, StateSince = before.StateSince }), cancellationToken);
            throw;
        }

        // Frozen in between, this control may have lost its turn: what another has stopped does not run.
        if (store.Find(failback.Name)?.Revision != failback.Revision) throw FailbackStore.Changed(failback.Name);
        if (both.Count > tables.Count)
        {
            await RefuseStrandedRowsAsync(failback, tables, cancellationToken);
            failback = await RunAsync(failback, tables, cancellationToken);
        }

        // The feed shows the present token now.
        if (outcome.Action is FeedAction.Created or FeedAction.Recreated && failback.WebhookToken is { Former: not null } token)
        {
            failback = store.Save(failback with { WebhookToken = token with { Former = null } });
            await announcer.TellAsync(failback, cancellationToken);
        }

        return Answer(failback, address) with { Action = outcome.Action, Changefeed = FeedReport.Show(outcome.Feed, null) };
    }

    private async Task DeclareAsync(FailbackRecord failback, IReadOnlyList<TableRoute> tables, CancellationToken cancellationToken)
    {
        string[] queues = [.. tables.Select(table => table.Queue)];
        OperationSteps.Report("declaring queues", 0, queues.Length);
        store.RememberQueues(failback.Name, [.. queues, failback.UnknownTableQueue]);
        await tableQueues.DeclareAsync(queues, failback.UnknownTableQueue, cancellationToken);
    }

    private async Task<FailbackRecord> RunAsync(
        FailbackRecord failback, IReadOnlyList<TableRoute> tables, CancellationToken cancellationToken)
    {
        bool same = JsonSerializer.Serialize(failback.Tables, ApiJson.Options) == JsonSerializer.Serialize(
            tables, ApiJson.Options);
        if (failback.State != RunState.Running || !same)
        {
            DateTimeOffset since = failback.State == RunState.Running ? failback.StateSince : time.GetUtcNow();
            failback = store.Save(failback with { State = RunState.Running, Tables = tables, StateSince = since });
            ControlLog.StateChanged(log, failback.Name, failback.State, failback.Revision);
        }

        await announcer.TellAsync(failback, cancellationToken);
        return failback;
    }

    private WebhookAddress Address(FailbackRecord failback, FailbackDefinition definition) =>
        WebhookAddress.Of(definition.Changefeed.Overrides, options.Value.PublicSinkUrl, failback.WebhookPath);

    private static StartAnswer Answer(FailbackRecord failback, WebhookAddress address) => new()
    {
        Name = failback.Name,
        State = failback.State,
        Steps = [],
        WebhookUrl = address.Url,
        StagingSchema = failback.StagingSchema,
        Tables = [.. failback.Tables.Select(table => new StartedTable(table.Source, table.Target, table.Queue, table.SourceKey))],
        Revision = failback.Revision,
    };

    // A table that is no longer chosen may still have rows in its queue that were acknowledged to CockroachDB.
    private async Task RefuseStrandedRowsAsync(
        FailbackRecord failback, IReadOnlyList<TableRoute> tables, CancellationToken cancellationToken)
    {
        string[] dropped = [
            .. failback.Tables.Select(table => table.Queue).Except(tables.Select(table => table.Queue), StringComparer.Ordinal)];
        if (dropped.Length == 0) return;
        IReadOnlyList<string> filled = await tableQueues.FilledAsync(dropped, cancellationToken);
        if (filled.Count == 0) return;
        throw new ApiException(
            409,
            "stranded_rows",
            $"tables that the definition no longer chooses have rows waiting: {string.Join(", ", filled)}",
            "start with the tables as before until their queues are empty, or delete the failback with everything that waits");
    }
}
