using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Control.Changefeeds;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Control.Steps;

namespace Failback.Control.Lifecycle;

/// <summary>Start of a failback whose changefeed the operator makes: its answer is the statement.</summary>
internal sealed class ExternalStart(StartSteps kind, StepRun run, FailbackDefinition definition) : StepWork
{
    private IReadOnlyList<TableRoute>? _tables = run.IsDone(StartSteps.Choose) ? run.Evidence<TableRoute[]>(StartSteps.Choose) : null;

    public override IReadOnlyList<Step> Steps =>
    [
        kind.Check(run),
        Step.Repeated(StartSteps.Choose, ChooseAsync),
        kind.Declare(run, Tables),
        kind.Run(run, Tables),
        kind.Tell(run),
    ];

    public override object Result(StepRun complete)
    {
        FailbackRecord failback = kind.Store.Require(run.Failback);
        WebhookAddress address = kind.Address(failback, definition);
        return StartSteps.Answer(failback, address) with
        {
            Statement = ChangefeedStatement.Create(failback.Tables, failback.Definition.Shown.Changefeed, address),
            Steps = ChangefeedStatement.Steps(failback.Definition.Shown.Changefeed),
        };
    }

    private IReadOnlyList<TableRoute> Tables() => _tables!;

    private async Task<object?> ChooseAsync(CancellationToken cancellationToken)
    {
        FailbackRecord failback = kind.Store.Require(run.Failback);
        _tables = run.From.State == RunState.Running
            ? failback.Tables
            : TableSelection.Choose(failback, await kind.Catalogue.DescribeAsync(failback, cancellationToken));
        await kind.RefuseStrandedRowsAsync(failback, _tables, cancellationToken);
        ControlLog.CreatingChangefeed(kind.Log, failback.Name, managed: false);
        return _tables;
    }
}
