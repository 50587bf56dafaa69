using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Changefeeds;
using Failback.Control.Continuity;
using Failback.Control.Fleet;
using Failback.Control.Preflight;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Control.Steps;
using Failback.Hosting.Secrets;
using Failback.Source;
using Microsoft.Extensions.Options;

namespace Failback.Control.Lifecycle;

/// <summary>
/// The steps of start: choose the tables, note and declare their queues, then set the state, then tell everyone, then, where control
/// manages it, make the changefeed: the sink accepts before the feed is made. <see cref="ManagedStart"/> and <see cref="ExternalStart"/>
/// put them together.
/// </summary>
internal sealed class StartSteps(
    FailbackStore store, TargetCatalogue catalogue, TableQueues tableQueues, QueueContinuity continuity, Announcer announcer,
        FeedKeeper keeper, FeedStore feeds,
        WebhookTokens tokens, PreflightCommand preflight, SecretBox box, IOptions<ControlOptions> options, ILogger<StartSteps> log)
    : IStepKind
{
    /// <summary>The step from which on sink and appliers act on the start.</summary>
    public const string SetState = "setting the state";

    /// <summary>The step whose evidence is the tables.</summary>
    public const string Choose = "choosing tables";

    public string Kind => "start";

    public string CommitStep => SetState;

    // Refused for good: nothing runs, so nothing should look as if it did.
    public bool Undoes => true;

    public FailbackStore Store => store;

    public TargetCatalogue Catalogue => catalogue;

    public FeedKeeper Keeper => keeper;

    public FeedStore Feeds => feeds;

    public WebhookTokens Tokens => tokens;

    public ILogger Log => log;

    public bool IsWanted(StepRun run, FailbackRecord? failback) =>
        failback is not null && failback.Generation == run.From.Generation && (run.From.IsStill(failback) || IsByRun(run, failback));

    public async Task<StepWork> OpenAsync(StepRun run, CancellationToken cancellationToken)
    {
        FailbackDefinition definition = store.Require(run.Failback).Definition.Open(box);
        return definition.Changefeed.Managed
            ? new ManagedStart(
                this, run, definition,
                await SourceCluster.OpenAsync(definition.Source!, options.Value.SourceTimeout, cancellationToken))
            : new ExternalStart(this, run, definition);
    }

    public async Task UndoAsync(StepRun run, CancellationToken cancellationToken)
    {
        // A failback that ran before goes on running.
        if (run.From.State == RunState.Running || store.Find(run.Failback) is not { } failback) return;
        if (IsByRun(run, failback)) failback = store.Save(failback with { State = run.From.State, StateSince = run.From.Since });
        await announcer.TellAsync(failback, cancellationToken);
    }

    /// <summary>The checks before a start. What runs already is only brought into line.</summary>
    public Step Check(StepRun run) => Step.Repeated("checking", async cancellationToken =>
    {
        StartWish wish = run.Asked<StartWish>();
        bool made = run.From.State != RunState.Running && !wish.SkipsAll;
        if (made) await preflight.RefuseAsync(store.Require(run.Failback), wish.SkippedCodes, cancellationToken);
        return new { made, skipped = wish.SkippedCodes };
    });

    /// <summary>Notes and declares the queues of tables.</summary>
    public Step Declare(StepRun run, Func<IReadOnlyList<TableRoute>> tables) => Step.Repeated(
        "declaring queues", async cancellationToken =>
        {
            FailbackRecord failback = store.Require(run.Failback);
            string[] queues = [.. tables().Select(table => table.Queue)];
            StepProgress.Report("declaring queues", 0, queues.Length);
            await continuity.DeclareAsync(failback, queues, cancellationToken);
            return new { queues = queues.Length };
        });

    /// <summary>Sets the state and the tables.</summary>
    public Step Run(StepRun run, Func<IReadOnlyList<TableRoute>> tables, string name = SetState) => Step.Proven(
        name,
        () => store.Require(run.Failback) is { State: RunState.Running } failback && Same(failback.Tables, tables())
            ? new { revision = failback.Revision }
            : null,
        _ =>
        {
            FailbackRecord failback = store.Require(run.Failback);
            DateTimeOffset since = failback.State == RunState.Running ? failback.StateSince : run.BegunAt;
            failback = store.Save(failback with { State = RunState.Running, Tables = tables(), StateSince = since });
            ControlLog.StateChanged(log, failback.Name, failback.State, failback.Revision);
            return Task.CompletedTask;
        });

    /// <summary>Tells sink and appliers; services that miss it ask by themselves.</summary>
    public Step Tell(StepRun run, string name = "telling the services") => Step.Repeated(
        name, cancellationToken => announcer.TellAsync(store.Require(run.Failback), cancellationToken));

    /// <summary>Refuses to leave out a table whose queue still has rows that were acknowledged to CockroachDB.</summary>
    public async Task RefuseStrandedRowsAsync(
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

    public WebhookAddress Address(FailbackRecord failback, FailbackDefinition definition) =>
        WebhookAddress.Of(definition.Changefeed.Overrides, options.Value.PublicSinkUrl, failback.WebhookPath);

    public static StartAnswer Answer(FailbackRecord failback, WebhookAddress address) => new()
    {
        Name = failback.Name,
        State = failback.State,
        Steps = [],
        WebhookUrl = address.Url,
        StagingSchema = failback.StagingSchema,
        Tables = [.. failback.Tables.Select(table => new StartedTable(table.Source, table.Target, table.Queue, table.SourceKey))],
        Revision = failback.Revision,
    };

    /// <summary>Returns true when two choices of tables are the same.</summary>
    public static bool Same(IReadOnlyList<TableRoute> one, IReadOnlyList<TableRoute> other) =>
        System.Text.Json.JsonSerializer.Serialize(one, ApiJson.Options) == System.Text.Json.JsonSerializer.Serialize(
            other, ApiJson.Options);

    // The time at which the run began tells its state from one that another command has set.
    private static bool IsByRun(StepRun run, FailbackRecord failback) =>
        failback.State == RunState.Running && failback.StateSince == run.BegunAt;
}
