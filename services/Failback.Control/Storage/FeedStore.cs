using System.Text.Json;
using Failback.Control.Changefeeds;
using Failback.Control.Definitions;
using Microsoft.Data.Sqlite;

namespace Failback.Control.Storage;

/// <summary>Managed changefeeds in the database. They change without the failback's revision: nobody but control and the cluster is concerned.</summary>
internal sealed class FeedStore(ControlDatabase database)
{
    public ManagedFeed? Find(string failback)
    {
        using SqliteConnection connection = database.Open();
        return ControlDatabase.Query(connection, row => JsonSerializer.Deserialize<ManagedFeed>(row.GetString(0), DefinitionJson.Options)!, "SELECT body FROM changefeed WHERE failback = $1", failback)
            .SingleOrDefault();
    }

    /// <summary>Stores one; of a failback that is gone nothing is stored.</summary>
    public ManagedFeed Save(string failback, ManagedFeed feed)
    {
        using SqliteConnection connection = database.Open();
        ControlDatabase.Execute(
            connection,
            "INSERT OR REPLACE INTO changefeed SELECT name, $2 FROM failback WHERE name = $1",
            failback,
            JsonSerializer.Serialize(feed, DefinitionJson.Options));
        return feed;
    }
}
