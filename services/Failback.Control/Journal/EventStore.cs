using System.Data.Common;
using System.Text.Json;
using Failback.Contracts.Api;
using Failback.Control.Storage;

namespace Failback.Control.Journal;

/// <summary>
/// Stores the events of failbacks in the database. Ids come from the counter of revisions, whose row is locked until the commit: a
/// reader that has seen an event has seen every earlier one.
/// </summary>
internal sealed class EventStore(ControlDatabase database, TimeProvider time)
{
    /// <summary>Most events kept per failback.</summary>
    public const int Kept = 5000;

    /// <summary>Writes an event that has its id, in the transaction of the change that it reports.</summary>
    public static void Append(StateTransaction transaction, string failback, FailbackEvent happened) => transaction.Execute(
        "INSERT INTO event (id, failback, body) SELECT $2, name, $3 FROM failback WHERE name = $1", failback, happened.Id,
        JsonSerializer.Serialize(happened, ApiJson.Options));

    /// <summary>Gives events their ids and writes them; events of a deleted failback are dropped.</summary>
    public void Append(string failback, IReadOnlyList<FailbackEvent> happened)
    {
        if (happened.Count == 0) return;
        database.Transact(transaction =>
        {
            // One transaction for all: the counter's row is locked once, and readers see the events together.
            foreach (FailbackEvent one in happened)
                Append(transaction, failback, one with { Id = RevisionCounter.Next(transaction, time) });
            return happened.Count;
        });
    }

    /// <summary>Returns the events after an id, in their order.</summary>
    public IReadOnlyList<FailbackEvent> After(string failback, long id, int limit) =>
        database.Query(Read, "SELECT body FROM event WHERE failback = $1 AND id > $2 ORDER BY id LIMIT $3", failback, id, (long)limit);

    /// <summary>Returns the last events, in their order.</summary>
    public IReadOnlyList<FailbackEvent> Last(string failback, int count) =>
        [.. database.Query(Read, "SELECT body FROM event WHERE failback = $1 ORDER BY id DESC LIMIT $2", failback, (long)count)
            .OrderBy(happened => happened.Id)];

    /// <summary>Returns the ids of the oldest and the newest kept event; zeros when there are none.</summary>
    public (long Oldest, long Newest) Range(string failback) =>
        database.Query(
            row => (row.GetInt64(0), row.GetInt64(1)), "SELECT coalesce(min(id), 0), coalesce(max(id), 0) FROM event WHERE failback = $1",
            failback)[0];

    /// <summary>Deletes all but the last <see cref="Kept"/> events of a failback and returns their number.</summary>
    public int Prune(string failback) => database.Execute(
        "DELETE FROM event WHERE failback = $1 AND id <= (SELECT id FROM event WHERE failback = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)",
        failback, (long)Kept);

    private static FailbackEvent Read(DbDataReader row) =>
        JsonSerializer.Deserialize<FailbackEvent>(row.GetString(0), ApiJson.Options)!;
}
