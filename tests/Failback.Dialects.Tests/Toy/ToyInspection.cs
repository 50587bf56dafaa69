using Failback.Contracts.Words;
using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Inspection;
using Failback.Contracts;

namespace Failback.Dialects.Tests.Toy;

/// <summary>What in a SQLite target would change rows: triggers. There are no privileges, and settings belong to the connection.</summary>
internal sealed class ToyInspection : ITargetInspection
{
    private const string Triggers = "SELECT tbl_name, name, sql FROM main.sqlite_master WHERE type = 'trigger' ORDER BY tbl_name, name";

    public async Task<IReadOnlyList<Finding>> RunAsync(
        DbConnection connection, InspectionScope scope, CancellationToken cancellationToken)
    {
        HashSet<TableName> tables = [.. scope.Tables.Select(t => t.Name)];
        var found = await ToySql.QueryAsync(
            connection, null, Triggers,
            row => (Table: new TableName(ToyCatalog.Schema, row.GetString(0)), Trigger: row.GetString(1), Text: row.GetString(2)),
            cancellationToken);
        return [.. found.Where(trigger => tables.Contains(trigger.Table)).Select(
            trigger => TriggerFinding.Of(
                trigger.Table, trigger.Trigger, trigger.Text.Contains(" BEFORE ", StringComparison.OrdinalIgnoreCase),
                $"DROP TRIGGER {ToySql.Quote(trigger.Trigger)};", scope.Triggers))];
    }
}
