using System.Data.Common;
using System.Text.Json;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Journal;
using Failback.Control.Storage;

namespace Failback.Control.Registry;

/// <summary>
/// Stores failbacks in the database. Every save takes the next revision and records an event in the same transaction.
/// </summary>
internal sealed class FailbackStore(ControlDatabase database, TimeProvider time)
{
    public FailbackRecord? Find(string name) => database.Query(Read, "SELECT body FROM failback WHERE name = $1", name).SingleOrDefault();

    /// <summary>Returns the failback.</summary>
    /// <exception cref="ApiException">The failback does not exist or is being deleted (404).</exception>
    public FailbackRecord Require(string name) => Find(name) is { State: not RunState.Deleted } failback ? failback : throw NotFound(name);

    /// <summary>Returns the answer to a call about an unknown failback.</summary>
    public static ApiException NotFound(string name) =>
        new(404, "no_such_failback", $"there is no failback {name}", "GET /api/v1/failbacks lists them");

    /// <summary>Returns every failback, including those being deleted, and the highest revision so far, from one moment.</summary>
    public (IReadOnlyList<FailbackRecord> Failbacks, long Revision) All()
    {
        List<(long Revision, FailbackRecord? Failback)> rows = database.Query(
            row => (row.GetInt64(0), row.IsDBNull(1) ? null : Read(row, 1)),
            "SELECT revision.last, failback.body FROM revision LEFT JOIN failback ON 1 = 1 ORDER BY failback.name");
        return ([.. rows.Where(row => row.Failback is not null).Select(row => row.Failback!)], rows[0].Revision);
    }

    /// <summary>Returns the highest number given to a revision or an event so far.</summary>
    public long LastRevision() => database.Query(row => row.GetInt64(0), "SELECT last FROM revision")[0];

    /// <summary>Writes a failback under the next revision.</summary>
    /// <param name="failback">New content; its revision is the one that it was read with.</param>
    /// <param name="also">Further statements for the same transaction.</param>
    /// <returns>The failback as stored.</returns>
    /// <exception cref="ApiException">It changed since it was read, or another failback has the same webhook path.</exception>
    public FailbackRecord Save(FailbackRecord failback, Action<StateTransaction>? also = null)
    {
        FailbackRecord saved = Write(failback, also);
        database.Changes.Mark();
        return saved;
    }

    /// <summary>Records queues before they are declared, so that a crash in between leaves none behind unknown.</summary>
    public void RememberQueues(string name, IEnumerable<string> queues) => database.Transact(transaction =>
        queues.Sum(
            queue => transaction.Execute(
                "INSERT INTO failback_queue (failback, queue) VALUES ($1, $2) ON CONFLICT DO NOTHING", name, queue)));

    /// <summary>Records that queues are there: from now on one that is missing was lost.</summary>
    public void ConfirmQueues(string name, IEnumerable<string> queues) => database.Transact(transaction => queues.Sum(queue =>
        transaction.Execute("UPDATE failback_queue SET declared = 1 WHERE failback = $1 AND queue = $2", name, queue)));

    /// <summary>Returns the queues that were there once.</summary>
    public IReadOnlyList<string> ConfirmedQueues(string name) =>
        database.Query(row => row.GetString(0), "SELECT queue FROM failback_queue WHERE failback = $1 AND declared = 1", name);

    /// <summary>Forgets queues that were deleted.</summary>
    public void ForgetQueues(string name, IEnumerable<string> queues) => database.Transact(transaction => queues.Sum(queue =>
        transaction.Execute("DELETE FROM failback_queue WHERE failback = $1 AND queue = $2", name, queue)));

    public IReadOnlyList<string> Queues(string name) =>
        database.Query(row => row.GetString(0), "SELECT queue FROM failback_queue WHERE failback = $1", name);

    /// <summary>Removes a failback with its recorded queues and progress.</summary>
    public void Remove(string name)
    {
        database.Execute("DELETE FROM failback WHERE name = $1", name);
        database.Changes.Mark();
    }

    /// <summary>Returns the answer to a call that lost its lock to another.</summary>
    public static ApiException Changed(string name) =>
        new(409, "changed_meanwhile", $"another call changed failback {name} at the same time",
            "GET it, and repeat the call if it is still wanted");

    private FailbackRecord Write(FailbackRecord failback, Action<StateTransaction>? also)
    {
        string path = failback.WebhookPath.TrimEnd('/');
        try
        {
            return database.Transact(transaction =>
            {
                FailbackRecord? before = transaction.Query(Read, "SELECT body FROM failback WHERE name = $1", failback.Name)
                    .SingleOrDefault();
                // The row of the counter stays locked until the commit, so revisions become visible in their order.
                long revision = RevisionCounter.Next(transaction, time);
                FailbackRecord saved = failback with
                {
                    Revision = revision,
                    StateRevision = before?.State == failback.State ? failback.StateRevision : revision,
                    UpdatedAt = time.GetUtcNow(),
                };
                string body = JsonSerializer.Serialize(saved, ApiJson.Options);
                int changed = failback.Revision == 0
                    ? transaction.Execute(
                        "INSERT INTO failback (name, revision, webhook_path, body) VALUES ($1, $2, $3, $4)", saved.Name, saved.Revision,
                        path, body)
                    : transaction.Execute(
                        "UPDATE failback SET revision = $2, webhook_path = $3, body = $4 WHERE name = $1 AND revision = $5", saved.Name,
                        saved.Revision, path, body, failback.Revision);
                // A command that lost its lock, because its process was frozen or cut off from the database, must not overwrite the
                // work of its successor.
                if (changed == 0) throw Changed(failback.Name);
                // In the same transaction: a change without its event, or an event without its change, cannot exist.
                EventStore.Append(transaction, saved.Name, Saved(before, saved));
                also?.Invoke(transaction);
                return saved;
            });
        }
        catch (DbException e) when (database.IsDuplicate(e))
        {
            throw Find(failback.Name) is not null && failback.Revision == 0
                ? Changed(failback.Name)
                : new ApiException(
                    409, "webhook_path_taken", $"another failback already has the webhook path {failback.WebhookPath}",
                    "choose another changefeed.webhookPath, or leave it out");
        }
    }

    private static FailbackEvent Saved(FailbackRecord? before, FailbackRecord saved) => before is not null && before.State != saved.State
        ? new FailbackEvent
        {
            Id = saved.Revision,
            At = saved.UpdatedAt,
            Type = "state",
            Message = $"{Lower(before.State)} became {Lower(saved.State)}"
        }
        : new FailbackEvent
        {
            Id = saved.Revision,
            At = saved.UpdatedAt,
            Type = "defined",
            Message = before is null
                ? "defined"
                : "definition or tables changed"
        };

    private static string Lower(RunState state) => state.ToString().ToLowerInvariant();

    private static FailbackRecord Read(DbDataReader row) => Read(row, 0);

    private static FailbackRecord Read(DbDataReader row, int column) =>
        JsonSerializer.Deserialize<FailbackRecord>(row.GetString(column), ApiJson.Options)!;
}
