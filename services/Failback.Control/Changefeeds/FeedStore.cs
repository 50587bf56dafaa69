using System.Text.Json;
using Failback.Contracts.Api;
using Failback.Control.Storage;

namespace Failback.Control.Changefeeds;

/// <summary>
/// Managed changefeeds in the database. They change without the failback's revision: nobody but control and the cluster is concerned.
/// </summary>
internal sealed class FeedStore(ControlDatabase database)
{
    public ManagedFeed? Find(string failback) => database
        .Query(row => JsonSerializer.Deserialize<ManagedFeed>(row.GetString(0), ApiJson.Options)!,
            "SELECT body FROM changefeed WHERE failback = $1", failback)
        .SingleOrDefault();

    /// <summary>Returns those of all failbacks, by the failback's name.</summary>
    public IReadOnlyDictionary<string, ManagedFeed> All() => database
        .Query(row => (
            Failback: row.GetString(0), Feed: JsonSerializer.Deserialize<ManagedFeed>(row.GetString(1), ApiJson.Options)!),
            "SELECT failback, body FROM changefeed")
        .ToDictionary(row => row.Failback, row => row.Feed, StringComparer.Ordinal);

    /// <summary>Stores one; of a failback that is gone nothing is stored.</summary>
    public ManagedFeed Save(string failback, ManagedFeed feed)
    {
        database.Execute(
            "INSERT INTO changefeed (failback, body) SELECT name, $2 FROM failback WHERE name = $1 ON CONFLICT (failback) DO UPDATE SET "
                + "body = excluded.body",
            failback,
            JsonSerializer.Serialize(feed, ApiJson.Options));
        database.Changes.Mark();
        return feed;
    }
}
