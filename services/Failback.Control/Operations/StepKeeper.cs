using System.Data.Common;
using Failback.Contracts.Api;
using Failback.Control.Journal;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Control.Steps;
using Failback.Control.Storage;

namespace Failback.Control.Operations;

/// <summary>
/// Where this control leads: goes on, every second, with runs that a dead process or a call that was given up has left, and with those
/// whose step failed and is to be tried again. Each is shown as an operation.
/// </summary>
internal sealed class StepKeeper(
    StepStore steps, StepCalls calls, IEnumerable<IStepKind> kinds, OperationRunner operations, OperationStore stored, EventStore events,
        FailbackStore failbacks, CommandLocks locks, ControlDatabase database, Leadership leadership, TimeProvider time,
        ILogger<StepKeeper> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);

    /// <summary>Takes up each open run whose turn it is, once.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (StepRun run in steps.Open())
        {
            if (run.Operation is { } id && operations.Running.Contains(id)) continue;
            if (!IsDue(run) && !IsCancelled(run)) continue;
            // A command that is at work on the failback, here or in another control, looks after its run itself.
            if (await locks.TryEnterAsync(run.Failback, cancellationToken) is not { } turn) continue;
            bool handedOver = false;
            try
            {
                handedOver = await ContinueAsync(run.Id, turn, cancellationToken);
            }
            finally
            {
                if (!handedOver) turn.Dispose();
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (!leadership.Leads) continue;
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (DbException e)
            {
                ControlLog.StateNotRead(log, e.GetType().Name);
            }
        }
    }

    /// <returns>True: the turn is disposed of with the work that was begun.</returns>
    private async Task<bool> ContinueAsync(string id, IDisposable turn, CancellationToken cancellationToken)
    {
        // It may have gone on or ended between the list and the lock.
        if (steps.Find(id) is not { IsOpen: true } run) return false;
        if (IsCancelled(run))
        {
            calls.Cancel(run);
            return false;
        }

        if (!IsDue(run)) return false;
        if (kinds.FirstOrDefault(kind => kind.Kind == run.Kind) is not { } kind)
        {
            if (_unknown.Add(id)) ControlLog.RunUnknown(log, run.Kind, run.Failback);
            return false;
        }

        if (!kind.IsWanted(run, failbacks.Find(run.Failback)))
        {
            calls.Replace(run.Failback);
            return false;
        }

        (run, Operation operation) = Shown(run);
        return await operations.ContinueAsync(operation, stopped => GoOnAsync(run, kind, operation, turn, stopped), cancellationToken);
    }

    private (StepRun Run, Operation Operation) Shown(StepRun run)
    {
        if (run.Operation is { } id && stored.Find(id) is { State: OperationState.Running } known) return (run, known);
        ControlLog.RunContinued(log, run.Kind, run.Failback, run.Entries.Count(entry => entry.DoneAt is not null));
        Operation operation = operations.New(run.Kind, run.Failback);
        return (database.Transact(transaction =>
        {
            stored.Add(transaction, operation);
            return steps.Save(transaction, run with { Operation = operation.Id });
        }), operation);
    }

    private async Task<OperationEnd> GoOnAsync(
        StepRun run, IStepKind kind, Operation operation, IDisposable turn, CancellationToken cancellationToken)
    {
        using (turn)
        {
            try
            {
                return OperationEnd.Of(await calls.DriveAsync(run, kind, operation, attended: false, cancellationToken));
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested && steps.Find(run.Id) is { IsOpen: true, Failure: not null })
            {
                // The machine has stored the failure and logged what nobody expects.
                StepRun left = steps.Find(run.Id)!;
                return OperationEnd.Later(left.State == StepRunState.Stuck ? Told(run, left) : null);
            }
        }
    }

    private StuckStep Told(StepRun before, StepRun left)
    {
        StepFailure failure = left.Failure!;
        OperationProblem problem = failure.Problem;
        if (before.State != StepRunState.Stuck)
        {
            string step = left.Entries.Count > 0 ? left.Entries[^1].Step : "beginning";
            ControlLog.RunStuck(log, left.Kind, left.Failback, step, problem.Code, failure.Attempts);
            events.Append(left.Failback, [new FailbackEvent
            {
                At = time.GetUtcNow(),
                Type = "operation",
                Code = problem.Code,
                Message = $"{left.Kind} is stuck at \"{step}\": {problem.Detail}; {problem.Remedy}",
            }]);
        }

        return new StuckStep(problem.Code, problem.Detail, problem.Remedy, failure.Since, failure.Attempts, failure.Next);
    }

    private bool IsDue(StepRun run) => run.Failure is null || run.Failure.Next <= time.GetUtcNow();

    private bool IsCancelled(StepRun run) =>
        run.Operation is { } id && stored.Find(id) is { State: OperationState.Running, CancelRequested: true };
}
