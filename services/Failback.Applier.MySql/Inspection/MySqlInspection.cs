using Failback.Contracts.Words;
using System.Data.Common;
using System.Globalization;
using Failback.Apply.Dialects;
using Failback.Apply.Inspection;
using MySqlConnector;

namespace Failback.Applier.MySql.Inspection;

/// <summary>What in a MySQL or MariaDB target would keep rows out or change them.</summary>
internal sealed class MySqlInspection : ITargetInspection
{
    public async Task<IReadOnlyList<Finding>> RunAsync(
        DbConnection connection, InspectionScope scope, CancellationToken cancellationToken)
    {
        var facts = new MySqlFacts((MySqlConnection)connection);
        HashSet<string> tables = [.. scope.Tables.Select(table => table.Name.Table)];
        return
        [
            .. await new MySqlTableFindings(facts, tables, scope.Triggers).FindAsync(cancellationToken),
            .. await new MySqlServerFindings(facts, scope).FindAsync(cancellationToken),
            .. await new MySqlPrivileges(facts).FindAsync(scope, cancellationToken),
            .. await OthersAsync(facts, scope, cancellationToken),
        ];
    }

    private static async Task<IReadOnlyList<Finding>> OthersAsync(
        MySqlFacts facts, InspectionScope scope, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        HashSet<string> tables = [.. scope.Tables.Select(table => table.Name.ToString())];
        foreach (
            (string schema, bool ours) in await facts.ReadAsync(
                MySqlInspectionSql.StagingSchemas,
                row => (row.GetString(0), Convert.ToBoolean(row.GetValue(1), CultureInfo.InvariantCulture)), cancellationToken))
        {
            try
            {
                findings.AddRange(ours
                    ? (await facts.ReadAsync(
                        MySqlInspectionSql.Others(schema), row => (Failback: row.GetString(0), Table: row.GetString(1)),
                        cancellationToken))
                        .Where(other => tables.Contains(other.Table) && (schema != scope.StagingSchema || other.Failback != scope.Failback))
                        .Select(other => OtherFinding.Failback(other.Failback, other.Table, schema))
                    : await facts.ReadAsync(
                        MySqlInspectionSql.Replicator(schema), _ => OtherFinding.Replicator(schema), cancellationToken));
            }
            catch (MySqlException e) when (e.ErrorCode is MySqlErrorCode.NoSuchTable or MySqlErrorCode.UnknownDatabase)
            {
                // Just being made or dropped: nobody is at work in it yet, or any more.
                _ = e;
            }
        }

        return findings;
    }
}
