using Failback.Contracts.Words;
using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Contracts;

namespace Failback.Dialects.Tests.Toy;

/// <summary>What in a SQLite target would change rows: triggers. There are no privileges, and settings belong to the connection.</summary>
internal sealed class ToyInspection : ITargetInspection
{
    private const string Triggers = "SELECT DISTINCT tbl_name FROM main.sqlite_master WHERE type = 'trigger' ORDER BY tbl_name";

    public async Task<IReadOnlyList<Finding>> RunAsync(
        DbConnection connection, InspectionScope scope, CancellationToken cancellationToken)
    {
        HashSet<TableName> tables = [.. scope.Tables.Select(t => t.Name)];
        IReadOnlyList<TableName> found = await ToySql.QueryAsync(
            connection, null, Triggers, row => new TableName(ToyCatalog.Schema, row.GetString(0)), cancellationToken);
        return [.. found.Where(tables.Contains).Select(Finding)];
    }

    private static Finding Finding(TableName table) =>
        new("triggers", Severity.Warning, table.ToString(), "triggers of the table run for every row that is written", null);
}
