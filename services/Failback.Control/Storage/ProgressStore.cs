using System.Text.Json;
using Failback.Control.Definitions;
using Failback.Control.Progress;
using Microsoft.Data.Sqlite;

namespace Failback.Control.Storage;

/// <summary>Last known progress per table in the database, so that a restarted control shows it before the next report.</summary>
internal sealed class ProgressStore(ControlDatabase database)
{
    public IReadOnlyList<(string Failback, TableReport Report)> Load()
    {
        using SqliteConnection connection = database.Open();
        return ControlDatabase.Query(
            connection,
            row => (row.GetString(0), JsonSerializer.Deserialize<TableReport>(row.GetString(1), DefinitionJson.Options)!),
            "SELECT failback, body FROM table_progress");
    }

    /// <summary>Writes reports; those of a failback that was deleted meanwhile are left out.</summary>
    public void Save(IReadOnlyList<(string Failback, TableReport Report)> reports)
    {
        using SqliteConnection connection = database.Open();
        using SqliteTransaction transaction = connection.BeginTransaction();
        foreach ((string failback, TableReport report) in reports)
        {
            ControlDatabase.Execute(
                connection,
                "INSERT OR REPLACE INTO table_progress SELECT name, $2, $3 FROM failback WHERE name = $1",
                failback,
                report.Progress.Table,
                JsonSerializer.Serialize(report, DefinitionJson.Options));
        }

        transaction.Commit();
    }
}
