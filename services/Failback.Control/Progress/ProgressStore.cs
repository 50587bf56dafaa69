using System.Text.Json;
using Failback.Contracts.Api;
using Failback.Control.Storage;

namespace Failback.Control.Progress;

/// <summary>Last known progress per table in the database, so that a restarted control shows it before the next report.</summary>
internal sealed class ProgressStore(ControlDatabase database)
{
    public IReadOnlyList<(string Failback, TableReport Report)> Load() => database.Query(
        row => (row.GetString(0), JsonSerializer.Deserialize<TableReport>(row.GetString(1), ApiJson.Options)!),
        "SELECT failback, body FROM table_progress");

    /// <summary>Writes reports; those of a failback that was deleted meanwhile are left out.</summary>
    public void Save(IReadOnlyList<(string Failback, TableReport Report)> reports) =>
        database.Transact(transaction => reports.Sum(report => transaction.Execute(
        """
        INSERT INTO table_progress (failback, table_name, body) SELECT name, $2, $3 FROM failback WHERE name = $1
        ON CONFLICT (failback, table_name) DO UPDATE SET body = excluded.body
        """,
        report.Failback,
        report.Report.Progress.Table,
        JsonSerializer.Serialize(report.Report, ApiJson.Options))));
}
