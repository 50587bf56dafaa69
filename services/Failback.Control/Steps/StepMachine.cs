using System.Data.Common;
using Failback.Control.Api;
using Failback.Control.Settings;
using Failback.Hosting.Retrying;

namespace Failback.Control.Steps;

/// <summary>
/// Takes the steps of a run, each in the order: store the intent, see whether it is done, take it, see that it is done, store the evidence.
/// The caller has the failback's lock. A process may die anywhere in between: the next one starts at the step whose evidence is missing.
/// </summary>
internal sealed class StepMachine(StepStore store, FailureExplanation failures, TimeProvider time, ILogger<StepMachine> log)
{
    /// <summary>Failures of a step in a row from which on its run is stuck.</summary>
    public const int StuckAfter = 3;

    /// <summary>
    /// Time within which a run without a caller is tried again before its commit step. After it nobody would expect that it still happens.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly Backoff Pauses = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    /// <summary>
    /// Takes every step that is left. The run that is returned is complete and still open, so that the caller ends it together with what
    /// depends on its end.
    /// </summary>
    /// <param name="run">The run as it was read.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="attended">A caller waits and is told of a failure; otherwise what may pass is tried again.</param>
    /// <param name="cancellationToken">Stops between or in steps and leaves the run open.</param>
    /// <exception cref="Exception">A step failed; whether the run has ended or is tried again stands in the database.</exception>
    public async Task<(StepRun Run, object? Result)> DriveAsync(
        StepRun run, IStepKind kind, bool attended, CancellationToken cancellationToken)
    {
        var journal = new StepJournal(run, store, time);
        if (run.Undoing is { } refusal)
        {
            await RefuseAsync(journal, kind, refusal);
            throw refusal.ToException();
        }

        try
        {
            await using StepWork work = await kind.OpenAsync(run, cancellationToken);
            foreach (Step step in work.Steps.Where(step => !journal.Run.IsDone(step.Name)))
                await TakeAsync(journal, step, cancellationToken);
            return (journal.Run, work.Result(journal.Run));
        }
        catch (Exception e) when (!(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            await FailAsync(journal, kind, attended, e);
            throw;
        }
    }

    private static async Task TakeAsync(StepJournal journal, Step step, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        StepProgress.Report(step.Name);
        journal.Begin(step.Name);
        object? evidence = step.ProofAsync is { } look ? await look(cancellationToken) : null;
        bool found = evidence is not null;
        if (!found)
        {
            evidence = await step.ActAsync(cancellationToken);
            if (step.ProofAsync is { } again)
                evidence = await again(cancellationToken) ?? throw new ApiException(
                    503, "step_unproven", $"after \"{step.Name}\" its effect is not seen", "wait: control tries it again");
        }

        journal.End(step.Name, evidence, found);
    }

    private async Task FailAsync(StepJournal journal, IStepKind kind, bool attended, Exception exception)
    {
        ApiException explained = failures.Explain(exception);
        StepRun run = journal.Run;
        if (KnownProblem.Of(exception) is null) ControlLog.StepFailed(log, exception, run.Kind, run.Failback);
        DateTimeOffset now = time.GetUtcNow();
        int attempts = (run.Failure?.Attempts ?? 0) + 1;
        var failure = new StepFailure(explained.ToProblem(), run.Failure?.Since ?? now, attempts, now + Pauses.Delay(attempts));
        bool refused = explained.Status is >= 400 and < 500;
        try
        {
            if (run.IsDone(kind.CommitStep) ? refused && kind.Undoes : refused || attended || now - run.BegunAt > Patience)
                await RefuseAsync(journal, kind, failure);
            else
                journal.Save(run with
                {
                    State = attempts >= StuckAfter ? StepRunState.Stuck : StepRunState.Running,
                    Failure = failure,
                    // The operation of a call ends with the failure that it is told; the run goes on under another.
                    Operation = attended ? null : run.Operation,
                });
        }
        catch (DbException e)
        {
            // The run stays as it was stored last, and is taken up from there.
            ControlLog.StateNotRead(log, e.GetType().Name);
        }
    }

    // Not cancelled: what is half undone would have to be undone by the next control.
    private static async Task RefuseAsync(StepJournal journal, IStepKind kind, StepFailure refusal)
    {
        if (journal.Run.IsDone(kind.CommitStep))
        {
            if (journal.Run.Undoing is null) journal.Save(journal.Run with { Undoing = refusal });
            await kind.UndoAsync(journal.Run, CancellationToken.None);
        }

        journal.Save(journal.Run with { State = StepRunState.Refused, Failure = refusal });
    }
}
