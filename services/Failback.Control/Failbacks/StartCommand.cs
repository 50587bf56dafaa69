using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Changefeeds;
using Failback.Control.ControlPlane;
using Failback.Control.Definitions;
using Failback.Control.Storage;
using Failback.Hosting.Secrets;
using Microsoft.Extensions.Options;

namespace Failback.Control.Failbacks;

/// <summary>
/// Start: choose the tables, note and declare their queues, then set the state, then tell everyone. Interrupted anywhere, the same call repeated
/// arrives at the same end: queue names follow from the definition, declaring what exists changes nothing, and the state is set only when all queues are there.
/// </summary>
internal sealed class StartCommand(
    FailbackStore store,
    SecretBox box,
    TargetCatalogue catalogue,
    Broker broker,
    Announcer announcer,
    CommandLocks locks,
    IOptions<ControlOptions> options,
    TimeProvider time,
    ILogger<StartCommand> log)
{
    public async Task<StartAnswer> StartAsync(string name, Precondition condition, CancellationToken cancellationToken)
    {
        using IDisposable turn = await locks.EnterAsync(name, cancellationToken);
        FailbackRecord failback = store.Find(name) is { State: not RunState.Deleted } found ? found : throw StateCommand.NotFound(name);
        condition.Check(failback);
        if (failback.State == RunState.Paused)
            throw new ApiException(409, "paused", $"failback {name} is paused", "call resume");
        FailbackDefinition definition = failback.Definition.Open(box);
        if (definition.Changefeed.Managed)
        {
            throw new ApiException(
                501,
                "managed_changefeed_unavailable",
                "this release does not create the changefeed itself",
                "PUT the definition with changefeed.managed=false; start then answers the CREATE CHANGEFEED statement to run on CockroachDB");
        }

        ControlLog.StartingReplicator(log, name);
        ControlLog.StagingName(log, failback.StagingSchema, name);
        IReadOnlyList<TableRoute> tables = failback.State == RunState.Running
            ? failback.Tables
            : TableSelection.Choose(failback, await catalogue.DescribeAsync(failback, cancellationToken));
        await RefuseStrandedRowsAsync(failback, tables, cancellationToken);
        string[] queues = [.. tables.Select(table => table.Queue)];
        store.RememberQueues(name, [.. queues, failback.UnknownTableQueue]);
        await broker.DeclareAsync(queues, failback.UnknownTableQueue, cancellationToken);
        ControlLog.CreatingChangefeed(log, name, definition.Changefeed.Managed);
        if (failback.State != RunState.Running)
        {
            failback = store.Save(failback with { State = RunState.Running, Tables = tables, StateSince = time.GetUtcNow() });
            ControlLog.StateChanged(log, name, failback.State, failback.Revision);
        }

        await announcer.TellAsync(failback, cancellationToken);
        WebhookAddress address = WebhookAddress.Of(definition.Changefeed.Overrides, options.Value.PublicSinkUrl, failback.WebhookPath);
        return new StartAnswer
        {
            Name = name,
            State = failback.State,
            Statement = ChangefeedStatement.Create(tables, definition.Changefeed, address),
            Steps = ChangefeedStatement.Steps(definition.Changefeed),
            WebhookUrl = address.Url,
            StagingSchema = failback.StagingSchema,
            Tables = [.. tables.Select(table => new StartedTable(table.Source, table.Target, table.Queue, table.SourceKey))],
            Revision = failback.Revision,
        };
    }

    // A table that is no longer chosen may still have rows in its queue that were acknowledged to CockroachDB.
    private async Task RefuseStrandedRowsAsync(FailbackRecord failback, IReadOnlyList<TableRoute> tables, CancellationToken cancellationToken)
    {
        string[] dropped = [.. failback.Tables.Select(table => table.Queue).Except(tables.Select(table => table.Queue), StringComparer.Ordinal)];
        if (dropped.Length == 0) return;
        IReadOnlyList<string> filled = await broker.FilledAsync(dropped, cancellationToken);
        if (filled.Count == 0) return;
        throw new ApiException(
            409,
            "stranded_rows",
            $"tables that the definition no longer chooses have rows waiting: {string.Join(", ", filled)}",
            "start with the tables as before until their queues are empty, or delete the failback with everything that waits");
    }
}
