using System.Text.Json;
using Failback.Control.Api;
using Failback.Control.Definitions;
using Failback.Control.Failbacks;
using Microsoft.Data.Sqlite;

namespace Failback.Control.Storage;

/// <summary>Failbacks in the database. Every save takes the next revision, in the same transaction.</summary>
internal sealed class FailbackStore(ControlDatabase database, TimeProvider time)
{
    private const int Constraint = 19;

    public FailbackRecord? Find(string name)
    {
        using SqliteConnection connection = database.Open();
        return ControlDatabase.Query(connection, Read, "SELECT body FROM failback WHERE name = $1", name).SingleOrDefault();
    }

    /// <summary>Every failback, those being deleted included, and the highest revision given so far.</summary>
    public (IReadOnlyList<FailbackRecord> Failbacks, long Revision) All()
    {
        using SqliteConnection connection = database.Open();
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: true);
        List<FailbackRecord> all = ControlDatabase.Query(connection, Read, "SELECT body FROM failback ORDER BY name");
        long revision = ControlDatabase.Query(connection, row => row.GetInt64(0), "SELECT last FROM revision")[0];
        return (all, revision);
    }

    /// <summary>Writes a failback under the next revision.</summary>
    /// <returns>The failback as stored.</returns>
    /// <exception cref="ApiException">Another failback has the same webhook path.</exception>
    public FailbackRecord Save(FailbackRecord failback)
    {
        using SqliteConnection connection = database.Open();
        using SqliteTransaction transaction = connection.BeginTransaction();
        FailbackRecord saved = failback with { Revision = NextRevision(connection), UpdatedAt = time.GetUtcNow() };
        try
        {
            ControlDatabase.Execute(
                connection,
                """
                INSERT INTO failback (name, revision, webhook_path, body) VALUES ($1, $2, $3, $4)
                ON CONFLICT (name) DO UPDATE SET revision = $2, webhook_path = $3, body = $4
                """,
                saved.Name,
                saved.Revision,
                saved.WebhookPath.TrimEnd('/'),
                JsonSerializer.Serialize(saved, DefinitionJson.Options));
        }
        catch (SqliteException e) when (e.SqliteErrorCode == Constraint)
        {
            throw new ApiException(409, "webhook_path_taken", $"another failback already has the webhook path {saved.WebhookPath}", "choose another changefeed.webhookPath, or leave it out");
        }

        transaction.Commit();
        return saved;
    }

    /// <summary>Notes queues before they are declared, so that none is forgotten whatever happens in between.</summary>
    public void RememberQueues(string name, IEnumerable<string> queues)
    {
        using SqliteConnection connection = database.Open();
        using SqliteTransaction transaction = connection.BeginTransaction();
        foreach (string queue in queues) ControlDatabase.Execute(connection, "INSERT OR IGNORE INTO failback_queue VALUES ($1, $2)", name, queue);
        transaction.Commit();
    }

    public IReadOnlyList<string> Queues(string name)
    {
        using SqliteConnection connection = database.Open();
        return ControlDatabase.Query(connection, row => row.GetString(0), "SELECT queue FROM failback_queue WHERE failback = $1", name);
    }

    /// <summary>Forgets a failback with its queues and progress.</summary>
    public void Remove(string name)
    {
        using SqliteConnection connection = database.Open();
        ControlDatabase.Execute(connection, "DELETE FROM failback WHERE name = $1", name);
    }

    // Milliseconds of the clock, so that revisions also grow over a lost or restored database.
    private long NextRevision(SqliteConnection connection) => ControlDatabase.Query(
        connection,
        row => row.GetInt64(0),
        "UPDATE revision SET last = max(last + 1, $1) RETURNING last",
        time.GetUtcNow().ToUnixTimeMilliseconds())[0];

    private static FailbackRecord Read(SqliteDataReader row) => JsonSerializer.Deserialize<FailbackRecord>(row.GetString(0), DefinitionJson.Options)!;
}
