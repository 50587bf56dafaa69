using System.Data.Common;
using System.Text.Json;
using Failback.Contracts.Api;
using Failback.Contracts.Words;
using Failback.Control.Registry;
using Failback.Control.Storage;

namespace Failback.Control.Steps;

/// <summary>Stores runs of steps in the database. They hold no secrets, and outlive their failback.</summary>
internal sealed class StepStore(ControlDatabase database, TimeProvider time)
{
    private static readonly string Running = Word.Of(StepRunState.Running);
    private static readonly string Stuck = Word.Of(StepRunState.Stuck);

    /// <summary>Stores a new run.</summary>
    public StepRun Add(StateTransaction transaction, StepRun run)
    {
        StepRun added = run with { Revision = 1, UpdatedAt = time.GetUtcNow() };
        transaction.Execute(
            "INSERT INTO step_run (id, failback, kind, state, revision, body) VALUES ($1, $2, $3, $4, $5, $6)", added.Id, added.Failback,
            added.Kind, Word.Of(added.State), added.Revision, Body(added));
        return added;
    }

    /// <summary>Stores a run under its next revision.</summary>
    /// <exception cref="Api.ApiException">Another control has changed it since it was read (409).</exception>
    public StepRun Save(StepRun run) => database.Transact(transaction => Save(transaction, run));

    /// <summary>Stores a run under its next revision, together with other statements.</summary>
    /// <exception cref="Api.ApiException">Another control has changed it since it was read (409).</exception>
    public StepRun Save(StateTransaction transaction, StepRun run)
    {
        StepRun saved = run with { Revision = run.Revision + 1, UpdatedAt = time.GetUtcNow() };
        int changed = transaction.Execute(
            "UPDATE step_run SET state = $2, revision = $3, body = $4 WHERE id = $1 AND revision = $5", saved.Id, Word.Of(saved.State),
            saved.Revision, Body(saved), run.Revision);
        // A process that was frozen may have lost its turn: the run belongs to the control that went on with it.
        return changed == 1 ? saved : throw FailbackStore.Changed(run.Failback);
    }

    public StepRun? Find(string id) => database.Query(Read, "SELECT body FROM step_run WHERE id = $1", id).SingleOrDefault();

    /// <summary>Returns the runs that are neither done nor ended, oldest first.</summary>
    public IReadOnlyList<StepRun> Open() =>
        database.Query(Read, "SELECT body FROM step_run WHERE state IN ($1, $2) ORDER BY id", Running, Stuck);

    /// <summary>Returns the open runs of a failback, oldest first.</summary>
    public IReadOnlyList<StepRun> Open(string failback) => database.Query(
        Read, "SELECT body FROM step_run WHERE failback = $1 AND state IN ($2, $3) ORDER BY id", failback, Running, Stuck);

    /// <summary>Deletes runs that have ended and are older than an id, and returns their number.</summary>
    public int Prune(string before) =>
        database.Execute("DELETE FROM step_run WHERE id < $1 AND state NOT IN ($2, $3)", before, Running, Stuck);

    private static string Body(StepRun run) => JsonSerializer.Serialize(run, ApiJson.Options);

    private static StepRun Read(DbDataReader row) => JsonSerializer.Deserialize<StepRun>(row.GetString(0), ApiJson.Options)!;
}
