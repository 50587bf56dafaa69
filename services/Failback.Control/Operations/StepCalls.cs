using System.Globalization;
using System.Text.Json;
using Failback.Contracts.Api;
using Failback.Control.Journal;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Control.Steps;
using Failback.Control.Storage;

namespace Failback.Control.Operations;

/// <summary>
/// Runs the steps of a call while the call, or its operation, waits for them, under the failback's lock. A call that is given up, or whose
/// process dies, leaves its run to <see cref="StepKeeper"/>.
/// </summary>
internal sealed class StepCalls(
    StepStore steps, StepMachine machine, OperationRunner operations, OperationStore stored, EventStore events, CommandLocks locks,
        ControlDatabase database, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<StepCalls> log)
{
    /// <param name="context">The call.</param>
    /// <param name="kind">Kind of its run.</param>
    /// <param name="failback">Name of the failback.</param>
    /// <param name="begin">Checks under the lock whether the call is allowed; returns the failback and what the run is to know.</param>
    /// <param name="answer">What the call answers to the result of the run.</param>
    public Task<IResult> AnswerAsync(
        HttpContext context, IStepKind kind, string failback, Func<(FailbackRecord Failback, object? Input)> begin,
        Func<object?, IResult> answer) => operations.AnswerAsync(context, kind.Kind, failback, async (operation, cancellationToken) =>
    {
        using IDisposable turn = await locks.EnterAsync(failback, cancellationToken);
        (FailbackRecord found, object? input) = begin();
        StepRun run = Begin(kind, found, input, operation?.Id);
        return await DriveAsync(run, kind, operation, attended: true, cancellationToken);
    }, answer);

    /// <summary>Stores a new run in the place of what earlier commands left unfinished. The caller has the failback's lock.</summary>
    public StepRun Begin(IStepKind kind, FailbackRecord failback, object? input, string? operation)
    {
        Replace(failback.Name);
        DateTimeOffset now = time.GetUtcNow();
        return database.Transact(transaction => steps.Add(transaction, new StepRun
        {
            Id = Guid.CreateVersion7(now).ToString("N", CultureInfo.InvariantCulture),
            Failback = failback.Name,
            Kind = kind.Kind,
            Input = input is null ? null : JsonSerializer.SerializeToElement(input, ApiJson.Options),
            From = StepOrigin.Of(failback),
            Operation = operation,
            BegunAt = now,
        }));
    }

    /// <summary>
    /// Ends the runs that earlier commands on a failback left unfinished: what is done now must not be undone by them. The caller has the
    /// failback's lock, so no process is at work on them.
    /// </summary>
    public void Replace(string failback)
    {
        foreach (StepRun run in steps.Open(failback))
        {
            End(run, StepRunState.Replaced, OperationState.Failed, OperationProblem.Replaced);
            ControlLog.RunReplaced(log, run.Kind, run.Failback);
        }
    }

    /// <summary>Ends a run that an operator has cancelled, with its operation.</summary>
    public void Cancel(StepRun run) => End(run, StepRunState.Cancelled, OperationState.Cancelled, null);

    /// <summary>Takes the steps that are left and ends the run with them. The caller has the failback's lock.</summary>
    /// <param name="run">The run as it was read.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="operation">The operation that shows it; null: its call does.</param>
    /// <param name="attended">A caller waits and is told of a failure.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<object?> DriveAsync(
        StepRun run, IStepKind kind, Operation? operation, bool attended, CancellationToken cancellationToken)
    {
        try
        {
            (StepRun complete, object? result) = await machine.DriveAsync(run, kind, attended, cancellationToken);
            database.Transact(transaction =>
            {
                // Together: an operation whose run is over would be taken for interrupted.
                if (operation is not null)
                    stored.Save(
                        transaction, operation with { State = OperationState.Succeeded, Result = OperationEnd.Of(result).Result });
                return steps.Save(transaction, complete with { State = StepRunState.Done });
            });
            return result;
        }
        catch (OperationCanceledException)
        when (operation is not null && cancellationToken.IsCancellationRequested && !lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // An operator has cancelled the operation; where the process ends, the next control goes on.
            if (steps.Find(run.Id) is { IsOpen: true } left) steps.Save(left with { State = StepRunState.Cancelled });
            throw;
        }
    }

    private void End(StepRun run, StepRunState state, OperationState operationState, OperationProblem? problem)
    {
        Operation? operation = run.Operation is { } id ? stored.Find(id) : null;
        DateTimeOffset now = time.GetUtcNow();
        Operation? ended = operation is { State: OperationState.Running }
            ? operation with { State = operationState, Problem = problem, Stuck = null, UpdatedAt = now, FinishedAt = now }
            : null;
        database.Transact(transaction =>
        {
            if (ended is not null) stored.Save(transaction, ended);
            return steps.Save(transaction, run with { State = state });
        });
        if (ended is not null) events.Append(ended.Failback, [ended.ToEvent(now)]);
    }
}
