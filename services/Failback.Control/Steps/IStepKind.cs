using Failback.Control.Registry;

namespace Failback.Control.Steps;

/// <summary>A kind of run: its steps, and what becomes of it when it cannot go on.</summary>
internal interface IStepKind
{
    /// <summary>Name in the database and in operations.</summary>
    string Kind { get; }

    /// <summary>The step from which on others act on the run's effect: a failure after it does not simply end the run.</summary>
    string CommitStep { get; }

    /// <summary>True: a refusal after <see cref="CommitStep"/> is undone and ends the run; false: the run only goes forward.</summary>
    bool Undoes { get; }

    /// <summary>Returns false when the failback has changed so that the run must not go on.</summary>
    /// <param name="run">The run.</param>
    /// <param name="failback">The failback as it is; null: it is gone.</param>
    bool IsWanted(StepRun run, FailbackRecord? failback);

    /// <summary>Prepares the steps.</summary>
    Task<StepWork> OpenAsync(StepRun run, CancellationToken cancellationToken);

    /// <summary>Takes back what the commit step did; called again after a crash.</summary>
    Task UndoAsync(StepRun run, CancellationToken cancellationToken);
}
